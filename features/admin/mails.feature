Feature: Outbox

  Background:
    Given Root is an administrator

  Scenario: Listing emails by state
    Given Ada has an account with email "ada@example.org"
    And a dead email to gone@example.org is in the outbox
    When Root sends GET /api/v1/admin/mails
    Then the listed emails are "dead magic_link to gone@example.org, queued email_verification to ada@example.org"
    When Root sends GET /api/v1/admin/mails?state=dead
    Then the listed emails are "dead magic_link to gone@example.org"
    When Root requests the emails of Ada
    Then the listed emails are "queued email_verification to ada@example.org"
    And the response does not contain a password or a hash

  Scenario: Retrying a dead email
    Given a dead email to gone@example.org is in the outbox
    When Root retries the email
    Then the request succeeds
    And the response has state "queued"
    And the response has attempts 0
    And the audit log has 1 "mail.retried" event by Root with the result "success" for this request
    When Root retries the email
    Then the request is rejected with 409 mail_state_conflict

  Scenario: A retried email is sent
    Given the operator has configured a mail server
    And the service delivers email
    And a dead email to ada@example.org is in the outbox
    When Root retries the email
    Then the mail server receives one email for ada@example.org

  Scenario: Dropping an email
    Given a dead email to gone@example.org is in the outbox
    When Root drops the email
    Then the response is 204 No Content
    And the audit log has 1 "mail.dropped" event by Root with the result "success" for this request
    When Root sends GET /api/v1/admin/mails?state=dropped
    Then the listed emails are "dropped magic_link to nobody"
    When Root drops the email
    Then the request is rejected with 409 mail_state_conflict

  Scenario Outline: <action> an email that does not exist
    When Root sends <request>
    Then the request is rejected with 404 not_found

    Examples:
      | action   | request                                                             |
      | Retrying | POST /api/v1/admin/mails/00000000-0000-7000-8000-000000000000/retry |
      | Dropping | DELETE /api/v1/admin/mails/00000000-0000-7000-8000-000000000000     |
      | Dropping | DELETE /api/v1/admin/mails/nothing                                  |

  Scenario: Test email
    Given the operator has configured a mail server
    And the service delivers email
    When Root sends a test email to ada@example.org
    Then the response has accepted true
    And the mail server receives one email for ada@example.org
    And the audit log has 1 "mail.test_sent" event by Root with the result "success" for this request

  Scenario: Test email while the mail server is down
    Given the operator has configured a mail server
    And the service delivers email
    When the mail server stops
    And Root sends a test email to ada@example.org
    Then the response has accepted false
    And the audit log has 1 "mail.test_sent" event by Root with the result "failure" for this request

  Scenario: Previewing the active template
    When Root previews the template magic_link
    Then the preview has the subject "Your login link"
    And the preview contains "/magic-link#token=sample"

  Scenario: Previewing a template in a document
    When Root previews the template password_changed with the document "mail: {templates: {passwordChanged: {subject: 'Hi {{username}}'}}}"
    Then the preview has the subject "Hi ada"

  Scenario: Previewing an invalid template
    When Root previews the template password_changed with the document "mail: {templates: {passwordChanged: {subject: 'Hi {{name}}'}}}"
    Then the request is rejected with 422 invalid_config

  Scenario: Support agents cannot see emails
    Given Grace is a support agent
    When Grace sends GET /api/v1/admin/mails
    Then the request is rejected with 403 forbidden
