Feature: Account deletion

  Deleting an account requires the password. A deleted account can be restored during the grace period.

  Scenario: Deletion ends all sessions
    Given Ada is logged in
    And Ada's session is saved
    And Ada is logged in
    When Ada deletes the current user
    Then the response is 204 No Content
    When a client with the saved access token requests the current user
    Then the request is rejected with 401 invalid_token
    And the audit log has 1 "user.deleted" event for Ada
    And the audit log has 2 "session.ended" events for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada logs in
    Then the request is rejected with 401 invalid_credentials

  Scenario: An earlier link is rejected
    Given Ada has the verified email "ada@example.org"
    And Ada is logged in
    And Ada has received a password reset link
    When Ada deletes the current user
    And the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: A wrong password
    Given Ada is logged in
    When Ada deletes the current user with a wrong password
    Then the request is rejected with 403 wrong_password
    And Ada is still logged in

  Scenario: Wrong passwords count as failed logins
    Given Ada is logged in
    When Ada deletes the current user with a wrong password 5 times
    And Ada deletes the current user
    Then the request is rejected with 429 too_many_attempts
    And the audit log has 1 "user.locked_out" event for Ada

  Scenario: A stale ETag is rejected
    Given Ada is logged in
    When Ada deletes the current user with If-Match '"0"'
    Then the request is rejected with 412 precondition_failed
    And Ada is still logged in

  Scenario Outline: The body <body> is rejected
    Given Ada is logged in
    When Ada deletes the current user with the body "<body>"
    Then the request is rejected with <status> <code>
    And Ada is still logged in

    Examples:
      | body                                 | status | code              |
      | {}                                   | 422    | validation_failed |
      | {\"password\":null}                  | 422    | validation_failed |
      | {\"password\":\"x\",\"erase\":true}  | 422    | validation_failed |
      | {\"password\"                        | 400    | malformed_json    |

  Scenario: An account without a password after a recent login
    Given Ada has the verified email "ada@example.org"
    And Ada has received a login link
    And Ada has no password yet
    When Ada logs in with the link
    And Ada deletes the current user without a password
    Then the response is 204 No Content
    And the audit log has 1 "user.deleted" event for Ada

  Scenario: An account without a password needs a recent login and is never locked
    Given Ada has the verified email "ada@example.org"
    And Ada has received a login link
    And Ada has no password yet
    When Ada logs in with the link
    And 11 minutes pass
    And Ada deletes the current user without a password 12 times
    Then the request is rejected with 401 insufficient_user_authentication
    And the response header WWW-Authenticate is 'Bearer error="insufficient_user_authentication", max_age="600"'
    When Ada deletes the current user with a wrong password
    Then the request is rejected with 401 insufficient_user_authentication
    And the audit log has 0 "user.deleted" events for Ada
    And the audit log has 0 "user.locked_out" events for Ada
    And Ada is still logged in

  Scenario: A password for an account without a password is rejected
    Given Ada has the verified email "ada@example.org"
    And Ada has received a login link
    And Ada has no password yet
    When Ada logs in with the link
    And Ada deletes the current user with a wrong password
    Then the request is rejected with 422 validation_failed: no_password at "/password"
    And Ada is still logged in

  Scenario: The last administrator cannot be deleted
    Given Root is an administrator
    When Root deletes the current user
    Then the request is rejected with 409 last_admin

  Scenario: An anonymous client is rejected
    When an anonymous client deletes the current user
    Then the request is rejected with 401 unauthorized
