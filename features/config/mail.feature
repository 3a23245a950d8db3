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

  Scenario: Another sender
    Given the operator sets mail.from to Accounts <accounts@example.org>
    When a login link to ada@example.org is asked for
    Then ada@example.org gets a mail from accounts@example.org

  Scenario: A mail server that is not there is refused, and mail goes the way it went
    Given the service sends its mail
    When the operator sends mail to a server that is not there
    And a login link to ada@example.org is asked for
    Then ada@example.org gets a mail with the subject "Your login link"
