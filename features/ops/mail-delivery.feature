Feature: Mail leaves the service

  Mail is written down with the change that it tells of, and sent afterwards: once, whatever happens in between.

  Scenario: A mail waits while the mail server is away
    Given the service sends its mail through a mail server
    And the mail server goes away
    When a login link to ada@example.org is asked for
    Then the mail waits, since the mail server is unreachable
    When the mail server comes back
    And 10 seconds pass
    Then the mail server gets one mail to ada@example.org

  Scenario: A mail that was asked for before a restart
    Given the service sends its mail through a mail server
    And the mail server goes away
    When a login link to ada@example.org is asked for
    And the service is restarted, and sends its mail again
    And the mail server comes back
    And 10 seconds pass
    Then the mail server gets one mail to ada@example.org

  Scenario: A recipient whom the mail server refuses for good
    Given the service sends its mail through a mail server
    And the mail server knows no gone@example.org
    When a login link to gone@example.org is asked for
    Then the operator sees 1 dead mail
    When a login link to ada@example.org is asked for
    Then the mail server gets one mail to ada@example.org

  Scenario: Two instances send each mail once
    Given the service sends its mail through a mail server
    And a second instance sends the same mail
    When login links to 20 addresses are asked for
    Then the mail server gets one mail to each of the 20

  Scenario: No more mails go to one address than the operator allows, of whatever kind
    Given the operator sets rateLimit.mail.points to 2
    And the service sends its mail
    And Ada registers with email "ada@example.org"
    When a login link to ada@example.org is asked for
    And a login link to ada@example.org is asked for
    Then the operator sees that 1 mail was dropped
    And 2 mails to ada@example.org go out in all
