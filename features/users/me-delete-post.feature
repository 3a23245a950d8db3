Feature: Leaving by POST

  Some proxies drop the content of a DELETE request. POST /api/v1/users/me/delete takes the same body, by the same rules.

  Scenario: With the password
    Given Ada is logged in
    When Ada leaves by POST
    Then it is done, without a word
    And the audit trail tells 1 time of "user.deleted" for Ada
    When Ada looks at the own account
    Then it is refused with 401 invalid_token

  Scenario: An account without a password, soon after signing in
    Given Ada has verified the e-mail address "ada@example.org"
    And Ada has got a link to log in
    And Ada has no password yet
    And Ada logs in with the link
    When Ada leaves by POST without a password
    Then it is done, without a word

  Scenario: The password is required
    Given Ada is logged in
    When Ada leaves by POST without a password
    Then it is refused with 422 validation_failed at "/password" as required

  Scenario: Wrong passwords count as failed logins
    Given Ada is logged in
    When Ada leaves by POST 5 times with a wrong password
    Then it is refused with 403 wrong_password
    When Ada leaves by POST
    Then it is refused with 429 too_many_attempts

  Scenario: Somebody else was quicker
    Given Ada is logged in
    When Ada leaves by POST as the account was before
    Then it is refused with 412 precondition_failed

  Scenario: The last administrator stays
    Given Root is an administrator
    When Root leaves by POST
    Then it is refused with 409 last_admin

  Scenario: Nobody's account
    When somebody leaves by POST
    Then it is refused with 401 unauthorized
