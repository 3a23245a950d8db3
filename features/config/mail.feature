Feature: Mail is changed while the service runs

  Scenario: The operator's own words
    When the operator writes the template magic_link.subject:
      """
      Come in, {{ address }}
      """
    And a login link to ada@example.org is asked for
    Then ada@example.org gets a mail with the subject "Come in, ada@example.org"

  Scenario Outline: A template that is broken by <fault>
    Given the operator writes the template magic_link.<part>:
      """
      Come in: {{link}}
      """
    When the operator writes the template magic_link.<part>, which is refused:
      """
      <template>
      """
    Then the operator reads that mail.templates.magicLink.<part> of templates/magic_link.<part> is broken_template
    And revision 2 is in force
    When a login link to ada@example.org is asked for
    Then ada@example.org gets the text "Come in:" with a link

    Examples:
      | fault                | part | template             |
      | a misspelt name      | text | Come in: {{lnk}}     |
      | the link left out    | text | Come in              |
      | an open placeholder  | text | {{link}} and {{more  |

  Scenario: A template for no mail of the service
    When the operator writes the template magiclink.text, which is refused:
      """
      Come in: {{link}}
      """
    Then the operator reads that - of templates/magiclink.text is unknown_key
    And the operator reads a suggestion of "magic_link.text"

  @proves:mail.from
  Scenario: Another sender
    Given a login link to ada@example.org is asked for
    And ada@example.org gets a mail from no-reply@localhost
    When the operator sets mail.from to Accounts <accounts@example.org>
    And a login link to ada@example.org is asked for
    Then ada@example.org gets a mail from accounts@example.org

  @proves:server.publicUrl
  Scenario: Where links lead
    Given a login link to ada@example.org is asked for
    And a mail to "ada@example.org" holds a link to "/magic-link"
    And that link leads to where the service listens
    When the operator sets server.publicUrl to https://accounts.example.org
    And a login link to ada@example.org is asked for
    Then a mail to "ada@example.org" holds a link to "https://accounts.example.org/magic-link"

  @proves:mail.maxAttempts
  Scenario: Fewer attempts
    Given the service sends its mail through a mail server
    And the mail server defers all mail
    And a login link to ada@example.org is asked for
    And the mail waits, since it is deferred
    When the operator sets mail.maxAttempts to 1
    And 10 seconds pass
    Then the operator sees 1 dead mail

  @proves:mail.pollInterval
  Scenario: Looking into the outbox more often
    Given the service was started with the settings:
      """
      mail: {pollInterval: 1h}
      """
    And the service sends its mail
    And a login link to ada@example.org is asked for
    When the operator sets mail.pollInterval to 100ms
    Then a mail to ada@example.org lies in the folder for mail

  Scenario: A mail server that is not there is refused, and mail goes the way it went
    Given the service sends its mail
    When the operator sends mail to a server that is not there
    And a login link to ada@example.org is asked for
    Then ada@example.org gets a mail with the subject "Your login link"
