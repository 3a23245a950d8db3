Feature: Configuring the mail transport

  A new transport is tested before it is used. Emails in progress are sent through the previous one.

  Background:
    Given the service delivers email

  @proves:mail.transport @proves:mail.smtp.host
  Scenario: From a directory to a mail server
    When a login link for ada@example.org is requested
    Then the outbox directory contains an email to ada@example.org
    When the operator configures a mail server
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org

  @proves:mail.smtp.port
  Scenario: From one mail server to another
    When the operator configures a mail server
    And a login link for ada@example.org is requested
    Then the mail server receives one email for ada@example.org
    When the operator configures a mail server
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org

  @proves:mail.outboxDir
  Scenario: From one directory to another
    When a login link for ada@example.org is requested
    Then the outbox directory contains an email to ada@example.org
    When the operator moves the outbox to another directory
    And a login link for grace@example.org is requested
    Then the outbox directory contains an email to grace@example.org

  @proves:mail.smtp.secure
  Scenario: Implicit TLS
    When the operator configures a mail server
    And a login link for ada@example.org is requested
    Then the mail server receives one email for ada@example.org
    And the email is delivered without encryption
    When the operator configures a mail server with implicit TLS
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org
    And the email is delivered with encryption

  @proves:mail.smtp.tls.rejectUnauthorized
  Scenario: An untrusted certificate
    When the operator configures a mail server, but its certificate is not trusted
    And the operator sets mail.smtp.tls.rejectUnauthorized to false
    And a login link for ada@example.org is requested
    Then the mail server receives one email for ada@example.org
    And the email is delivered with encryption

  @proves:mail.smtp.tls.required
  Scenario: Required encryption
    When the operator configures a mail server with STARTTLS
    And the operator sets mail.smtp.tls.required to true
    And the mail server stops offering STARTTLS
    And a login link for ada@example.org is requested
    Then the metric 'rollcall_mail_failures_total{reason="tls_failed"}' is soon at least 1
    And the metric 'rollcall_mail_outbox_depth{state="queued"}' is soon 1
    When the operator sets mail.smtp.tls.required to false
    And 10 seconds pass
    Then the mail server receives one email for ada@example.org
    And the email is delivered without encryption

  @proves:mail.smtp.username @proves:mail.smtp.password
  Scenario: A mail server that requires a login
    When the operator configures a mail server that requires the login "rollcall:open sesame"
    And a login link for ada@example.org is requested
    Then the metric 'rollcall_mail_failures_total{reason="sender_refused"}' is soon at least 1
    And the metric 'rollcall_mail_outbox_depth{state="queued"}' is soon 1
    When the operator sets:
      | mail.smtp.username | rollcall    |
      | mail.smtp.password | open sesame |
    And 10 seconds pass
    Then the mail server receives one email for ada@example.org
    And the email is delivered with the username "rollcall"

  @proves:mail.smtp.timeout
  Scenario: A mail server that does not respond
    When the operator configures a mail server
    And the operator sets mail.smtp.timeout to 1s
    And the mail server stops responding
    And a login link for ada@example.org is requested
    Then the metric 'rollcall_mail_failures_total{reason="timeout"}' is soon at least 1
    And the metric 'rollcall_mail_outbox_depth{state="queued"}' is soon 1

  @proves:mail.smtp.name
  Scenario: Client name for the mail server
    When the operator configures a mail server
    And the operator sets mail.smtp.name to mail.example.org
    And a login link for ada@example.org is requested
    Then the mail server receives one email for ada@example.org
    And the email is delivered with the client name "mail.example.org"
    When the operator sets mail.smtp.name to other.example.org
    And the operator configures a mail server
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org
    And the email is delivered with the client name "other.example.org"

  Scenario: A mail server requires a public URL for links
    When the operator configures a mail server, but server.publicUrl is missing
    Then the invalid configuration is logged with the key mail.transport
