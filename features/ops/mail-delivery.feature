Feature: Mail delivery

  An email is stored in the transaction of its change, and sent afterwards exactly once.

  Scenario: Mail is sent after an outage of the mail server
    Given the operator has configured a mail server
    And the service delivers email
    When the mail server stops
    And a login link for ada@example.org is requested
    Then the metric 'rollcall_mail_failures_total{reason="unreachable"}' is soon at least 1
    And the metric 'rollcall_mail_outbox_depth{state="queued"}' is soon 1
    When the mail server starts again
    And 10 seconds pass
    Then the mail server receives one email for ada@example.org

  Scenario: Mail is sent after a restart
    Given the operator has configured a mail server
    And the service delivers email
    When the mail server stops
    And a login link for ada@example.org is requested
    And the service is restarted
    And the service delivers email
    And the mail server starts again
    And 10 seconds pass
    Then the mail server receives one email for ada@example.org

  Scenario: A recipient that the mail server rejects permanently
    Given the operator has configured a mail server
    And the service delivers email
    When the mail server rejects the recipient gone@example.org
    And a login link for gone@example.org is requested
    Then the metric 'rollcall_mail_outbox_depth{state="dead"}' is soon 1
    When a login link for ada@example.org is requested
    Then the mail server receives one email for ada@example.org

  Scenario: An operator requeues dead emails
    Given the operator has configured a mail server
    And the service delivers email
    When the mail server rejects the recipient gone@example.org
    And a login link for gone@example.org is requested
    Then the metric 'rollcall_mail_outbox_depth{state="dead"}' is soon 1
    When the operator runs "rollcall mail retry --all-dead"
    Then the audit log has 1 "mail.retried" event with the result "success"

  Scenario: An operator tests the mail settings
    When the operator configures a mail server
    And the operator runs "rollcall mail send-test ada@example.org"
    Then the mail server receives one email for ada@example.org
    And the audit log has 1 "mail.test_sent" event with the result "success"

  Scenario: Two instances send each email once
    Given the operator has configured a mail server
    And the service delivers email
    And a second instance is running
    And the second instance delivers email
    When a login link for another recipient is requested 20 times
    Then the mail server receives one email for each of the 20 recipients

  Scenario: The number of emails to one recipient is limited
    Given the operator has set rateLimit.mail.points to 2
    And the service delivers email
    When Ada registers with email "ada@example.org"
    And a login link for ada@example.org is requested
    And a login link for ada@example.org is requested
    Then the metric 'rollcall_mail_dropped_total{reason="rate_limited"}' is soon 1
    And 2 emails are sent to "ada@example.org"

  Scenario: Others cannot use up the limit of the owner of an address
    Given Ada has the verified email "ada@example.org"
    And the operator has set rateLimit.mail.points to 1
    When Grace registers with email "ada@example.org"
    And Percy registers with email "ada@example.org"
    Then an email to "ada@example.org" contains a link to "<service>/verify-email"
    When an anonymous client requests a password reset link for "ada"
    Then an email to "ada@example.org" contains a link to "<service>/reset-password"
