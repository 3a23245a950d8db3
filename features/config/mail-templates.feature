Feature: The words of each mail are changed while the service runs

  Scenario Outline: The <part> of <kind>
    When the operator sets mail.templates.<key>.<part> to Words of our own {{link}}
    And a mail of the kind <kind> goes out to Ada
    Then the <part> of that mail begins with "Words of our own"

    Examples:
      | kind               | key               | part |
      | email_verification | emailVerification | text |
      | email_verification | emailVerification | html |
      | password_reset     | passwordReset     | text |
      | password_reset     | passwordReset     | html |
      | magic_link         | magicLink         | text |
      | magic_link         | magicLink         | html |
      | inactive_warning   | inactiveWarning   | text |
      | inactive_warning   | inactiveWarning   | html |

  Scenario Outline: The subject of <kind>
    When the operator sets mail.templates.<key>.subject to Words of our own
    And a mail of the kind <kind> goes out to Ada
    Then the subject of that mail begins with "Words of our own"

    Examples:
      | kind               | key               |
      | email_verification | emailVerification |
      | password_reset     | passwordReset     |
      | magic_link         | magicLink         |
      | inactive_warning   | inactiveWarning   |

  Scenario: Fewer attempts
    Given the service sends its mail through a mail server
    And the operator sets mail.maxAttempts to 1
    And the mail server goes away
    When a login link to ada@example.org is asked for
    Then the operator sees 1 dead mail

  Scenario: Looking into the outbox more often
    Given the operator sets mail.pollInterval to 1m
    And the service sends its mail
    When a login link to ada@example.org is asked for
    And the operator sets mail.pollInterval to 100ms
    Then 1 mails to ada@example.org go out in all
