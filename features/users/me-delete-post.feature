Feature: Account deletion via POST

  Some proxies drop the body of a DELETE request. POST /api/v1/users/me/delete accepts the same body under the same
  rules.

  Scenario: Deleting an account with the password
    Given Ada is logged in
    When Ada deletes the current user via POST
    Then the response is 204 No Content
    And the audit log has 1 "user.deleted" event for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: An account without a password after a recent login
    Given Ada has the verified email "ada@example.org"
    And Ada has received a login link
    And Ada has no password yet
    When Ada logs in with the link
    And Ada deletes the current user via POST without a password
    Then the response is 204 No Content

  Scenario: The password is required
    Given Ada is logged in
    When Ada deletes the current user via POST without a password
    Then the request is rejected with 422 validation_failed: required at "/password"

  Scenario: Wrong passwords count as failed logins
    Given Ada is logged in
    When Ada deletes the current user via POST with a wrong password 5 times
    Then the request is rejected with 403 wrong_password
    When Ada deletes the current user via POST
    Then the request is rejected with 429 too_many_attempts

  Scenario: A stale ETag is rejected
    Given Ada is logged in
    When Ada deletes the current user via POST with If-Match '"0"'
    Then the request is rejected with 412 precondition_failed

  Scenario: The last administrator cannot be deleted
    Given Root is an administrator
    When Root deletes the current user via POST
    Then the request is rejected with 409 last_admin

  Scenario: An anonymous client is rejected
    When an anonymous client deletes the current user via POST
    Then the request is rejected with 401 unauthorized
