Feature: Configuring mail

  Scenario: A custom template
    When the operator writes templates/magic_link.subject:
      """
      Come in, {{ address }}
      """
    And a login link for ada@example.org is requested
    Then ada@example.org receives an email with the subject "Come in, ada@example.org"

  Scenario Outline: A template with <problem> is rejected
    When the operator writes templates/magic_link.<part>:
      """
      Come in: {{link}}
      """
    And the operator writes an invalid templates/magic_link.<part>:
      """
      <template>
      """
    Then the reload fails with broken_template for mail.templates.magicLink.<part> in templates/magic_link.<part>
    And revision 2 is active
    When a login link for ada@example.org is requested
    Then ada@example.org receives an email with the text "Come in: <link>"

    Examples:
      | problem                  | part | template            |
      | a misspelled placeholder | text | Come in: {{lnk}}    |
      | no link                  | text | Come in             |
      | an unclosed placeholder  | text | {{link}} and {{more |

  Scenario: A template for an unknown kind of email
    When the operator writes an invalid templates/magiclink.text:
      """
      Come in: {{link}}
      """
    Then the reload fails with unknown_key for - in templates/magiclink.text
    And the reload error suggests "magic_link.text"

  @proves:mail.from
  Scenario: Another sender
    When a login link for ada@example.org is requested
    Then ada@example.org receives an email with the sender "no-reply@localhost"
    When the operator sets mail.from to Accounts <accounts@example.org>
    And a login link for ada@example.org is requested
    Then ada@example.org receives an email with the sender "accounts@example.org"

  @proves:server.publicUrl
  Scenario: Base URL of links
    When a login link for ada@example.org is requested
    Then an email to "ada@example.org" contains a link to "<service>/magic-link"
    When the operator sets server.publicUrl to https://accounts.example.org
    And a login link for ada@example.org is requested
    Then an email to "ada@example.org" contains a link to "https://accounts.example.org/magic-link"

  @proves:mail.maxAttempts
  Scenario: Maximum number of attempts
    Given the operator has configured a mail server
    And the service delivers email
    When the mail server defers all email
    And a login link for ada@example.org is requested
    Then the metric 'rollcall_mail_failures_total{reason="deferred"}' is soon at least 1
    And the metric 'rollcall_mail_outbox_depth{state="queued"}' is soon 1
    When the operator sets mail.maxAttempts to 1
    And 10 seconds pass
    Then the metric 'rollcall_mail_outbox_depth{state="dead"}' is soon 1

  @proves:mail.pollInterval
  Scenario: Poll interval of the outbox
    Given the service was started with the settings:
      """
      mail: {pollInterval: 1h}
      """
    And the service delivers email
    When a login link for ada@example.org is requested
    And the operator sets mail.pollInterval to 100ms
    Then the outbox directory contains an email to ada@example.org

  Scenario: An unreachable mail server is rejected, and the previous transport is used
    Given the service delivers email
    When the operator configures a mail server that is not running
    And a login link for ada@example.org is requested
    Then ada@example.org receives an email with the subject "Your login link"
