Feature: Changing the password

  Changing the password requires the current one and ends all other sessions.

  Scenario: Changing the password
    Given Ada is logged in
    When Ada sets the password to "seven lanterns over the bay"
    Then the response is 204 No Content
    And Ada is still logged in
    And Ada can log in with password "seven lanterns over the bay"
    And the audit log has 1 "user.password_changed" event for Ada

  Scenario: Changing the password ends all other sessions
    Given Ada is logged in
    And Ada's session is saved
    And Ada is logged in
    When Ada sets the password to "seven lanterns over the bay"
    Then the response is 204 No Content
    When a client with the saved access token requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: An earlier link is rejected
    Given Ada has the verified email "ada@example.org"
    And Ada is logged in
    And Ada has received a password reset link
    When Ada sets the password to "seven lanterns over the bay"
    And the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: The owner of a verified email receives a notice
    Given Ada has the verified email "ada@example.org"
    And Ada is logged in
    When Ada sets the password to "seven lanterns over the bay"
    Then the response is 204 No Content
    And the notice "Your password was changed" is sent to "ada@example.org"

  Scenario: An unverified email receives no notice
    Given Ada has the unverified email "ada@example.org"
    And Ada is logged in
    When Ada sets the password to "seven lanterns over the bay"
    Then the response is 204 No Content
    And no email is sent

  Scenario: Setting the first password after a recent login
    Given Ada has the verified email "ada@example.org"
    And Ada has received a login link
    And Ada has no password yet
    When Ada logs in with the link
    And Ada sets the password to "seven lanterns over the bay" without the current password
    Then the response is 204 No Content
    And Ada can log in with password "seven lanterns over the bay"

  Scenario: Setting the first password requires a recent login
    Given Ada has the verified email "ada@example.org"
    And Ada has received a login link
    And Ada has no password yet
    When Ada logs in with the link
    And 11 minutes pass
    And Ada sets the password to "seven lanterns over the bay" without the current password
    Then the request is rejected with 401 insufficient_user_authentication
    When Ada sets the password to "seven lanterns over the bay" with a wrong current password 12 times
    Then the request is rejected with 401 insufficient_user_authentication
    And the audit log has 0 "user.locked_out" events for Ada

  Scenario: The current password is required
    Given Ada is logged in
    When Ada sets the password to "seven lanterns over the bay" without the current password
    Then the request is rejected with 422 validation_failed: required at "/current_password"

  Scenario: A wrong current password
    Given Ada is logged in
    When Ada sets the password to "seven lanterns over the bay" with a wrong current password
    Then the request is rejected with 403 wrong_password
    And the audit log has 1 "user.password_changed" event for Ada
    And Ada is still logged in

  Scenario: Wrong passwords count as failed logins
    Given Ada is logged in
    When Ada sets the password to "seven lanterns over the bay" with a wrong current password 5 times
    And Ada sets the password to "seven lanterns over the bay" with a wrong current password
    Then the request is rejected with 429 too_many_attempts
    And the response says when to retry
    And the audit log has 1 "user.locked_out" event for Ada

  Scenario Outline: <why>
    Given Ada is logged in
    When Ada sets the password to "<password>"
    Then the request is rejected with 422 validation_failed: <code> at "/new_password"

    Examples:
      | why                     | password                    | code                  |
      | Too short               | fourteen chars             | too_short             |
      | Contains the username   | here is ada with her notes | contains_username     |
      | With the service's name | rollcall in the morning     | contains_service_name |
      | With a NUL              | seven lanterns\u0000 over the bay | nul_character   |

  Scenario: Only one of four concurrent changes succeeds
    Given Ada is logged in
    When Ada sets the password to "seven lanterns over the bay" 4 times at once
    Then exactly 1 request succeeds and the others are rejected with 403 wrong_password

  Scenario: An anonymous client cannot change a password
    When an anonymous client sets the password to "seven lanterns over the bay"
    Then the request is rejected with 401 unauthorized
