Feature: Mail goes where the configuration says

  A new way is tried before it is taken. Mail that is under way ends on the old one.

  Background:
    Given the service delivers email

  @proves:mail.transport @proves:mail.smtp.host
  Scenario: From a folder to a mail server
    Given a login link for ada@example.org is requested
    And a mail to ada@example.org lies in the folder for mail
    When the operator sends mail through a mail server
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org

  @proves:mail.smtp.port
  Scenario: From one mail server to another
    Given the operator sends mail through a mail server
    And a login link for ada@example.org is requested
    And the mail server receives one email for ada@example.org
    When the operator sends mail through a mail server
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org

  @proves:mail.outboxDir
  Scenario: From one folder to another
    Given a login link for ada@example.org is requested
    And a mail to ada@example.org lies in the folder for mail
    When the operator names another folder for mail
    And a login link for grace@example.org is requested
    Then a mail to grace@example.org lies in the folder for mail

  @proves:mail.smtp.secure
  Scenario: TLS from the first byte
    Given the operator sends mail through a mail server
    And a login link for ada@example.org is requested
    And the mail server receives one email for ada@example.org
    And it came in the clear
    When the operator sends mail through a mail server that speaks TLS from the first byte
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org
    And it came encrypted

  @proves:mail.smtp.tls.rejectUnauthorized
  Scenario: A certificate that nobody vouches for
    Given the operator sends mail through a mail server whose certificate nobody vouches for, which is refused
    When the operator sets mail.smtp.tls.rejectUnauthorized to false
    And a login link for ada@example.org is requested
    Then the mail server receives one email for ada@example.org
    And it came encrypted

  @proves:mail.smtp.tls.required
  Scenario: Encrypted, or not at all
    Given the operator sends mail through a mail server that can encrypt
    And the operator sets mail.smtp.tls.required to true
    And the mail server can encrypt no longer
    When a login link for ada@example.org is requested
    Then the email is queued after the failure tls_failed
    When the operator sets mail.smtp.tls.required to false
    And 10 seconds pass
    Then the mail server receives one email for ada@example.org
    And it came in the clear

  @proves:mail.smtp.username @proves:mail.smtp.password
  Scenario: A mail server that asks who is there
    Given the operator sends mail through a mail server that asks for the login "rollcall:open sesame"
    And a login link for ada@example.org is requested
    And the email is queued after the failure sender_refused
    When the operator sets in one go:
      | mail.smtp.username | rollcall    |
      | mail.smtp.password | open sesame |
    And 10 seconds pass
    Then the mail server receives one email for ada@example.org
    And it came from the login "rollcall"

  @proves:mail.smtp.timeout
  Scenario: A mail server that says nothing more
    Given the operator sends mail through a mail server
    And the operator has set mail.smtp.timeout to 1s
    When the mail server falls silent
    And a login link for ada@example.org is requested
    Then the email is queued after the failure timeout

  @proves:mail.smtp.name
  Scenario: The name by which the service greets a mail server
    Given the operator sends mail through a mail server
    And the operator has set mail.smtp.name to mail.example.org
    And a login link for ada@example.org is requested
    And the mail server receives one email for ada@example.org
    And the client called itself "mail.example.org"
    When the operator sets mail.smtp.name to other.example.org
    And the operator sends mail through a mail server
    And a login link for grace@example.org is requested
    Then the mail server receives one email for grace@example.org
    And the client called itself "other.example.org"

  Scenario: Mail to people without an origin for their links
    When the operator writes mail.transport smtp without server.publicUrl, which is refused
    Then the log tells of the refusal, with the key mail.transport
