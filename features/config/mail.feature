Feature: Mail is changed while the service runs

  Scenario: The operator's own words
    When the operator writes the template magic_link.subject:
      """
      Come in, {{ address }}
      """
    And a login link for ada@example.org is requested
    Then ada@example.org receives an email with the subject "Come in, ada@example.org"

  Scenario Outline: A template that is broken by <fault>
    Given the operator writes the template magic_link.<part>:
      """
      Come in: {{link}}
      """
    When the operator writes the template magic_link.<part>, which is rejected:
      """
      <template>
      """
    Then the operator reads that mail.templates.magicLink.<part> of templates/magic_link.<part> is broken_template
    And revision 2 is in force
    When a login link for ada@example.org is requested
    Then ada@example.org receives an email with the text "Come in: <link>"

    Examples:
      | fault                | part | template             |
      | a misspelt name      | text | Come in: {{lnk}}     |
      | the link left out    | text | Come in              |
      | an open placeholder  | text | {{link}} and {{more  |

  Scenario: A template for no mail of the service
    When the operator writes the template magiclink.text, which is rejected:
      """
      Come in: {{link}}
      """
    Then the operator reads that - of templates/magiclink.text is unknown_key
    And the operator reads a suggestion of "magic_link.text"

  @proves:mail.from
  Scenario: Another sender
    Given a login link for ada@example.org is requested
    And ada@example.org receives an email with the sender "no-reply@localhost"
    When the operator sets mail.from to Accounts <accounts@example.org>
    And a login link for ada@example.org is requested
    Then ada@example.org receives an email with the sender "accounts@example.org"

  @proves:server.publicUrl
  Scenario: Where links lead
    Given a login link for ada@example.org is requested
    And an email to "ada@example.org" contains a link to "/magic-link"
    And the link starts with the URL of the service
    When the operator sets server.publicUrl to https://accounts.example.org
    And a login link for ada@example.org is requested
    Then an email to "ada@example.org" contains a link to "https://accounts.example.org/magic-link"

  @proves:mail.maxAttempts
  Scenario: Fewer attempts
    Given the service delivers email through a mail server
    And the mail server defers all email
    And a login link for ada@example.org is requested
    And the email is queued after the failure deferred
    When the operator sets mail.maxAttempts to 1
    And 10 seconds pass
    Then the metrics count 1 dead email

  @proves:mail.pollInterval
  Scenario: Looking into the outbox more often
    Given the service was started with the settings:
      """
      mail: {pollInterval: 1h}
      """
    And the service delivers email
    And a login link for ada@example.org is requested
    When the operator sets mail.pollInterval to 100ms
    Then a mail to ada@example.org lies in the folder for mail

  Scenario: A mail server that is not there is refused, and mail goes the way it went
    Given the service delivers email
    When the operator configures a mail server that is not running
    And a login link for ada@example.org is requested
    Then ada@example.org receives an email with the subject "Your login link"
