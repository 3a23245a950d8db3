Feature: Operator access during maintenance

  Only operators can log in and refresh. For others, attempts are not counted and tokens stay valid.

  Scenario: An operator logs in and refreshes
    Given Grace is a support agent
    And the operator has set maintenance.enabled to true
    When Grace logs in
    Then Grace receives tokens
    When Grace refreshes
    Then the request succeeds
    When Grace requests the current user
    Then the request succeeds

  Scenario: The login of another user is rejected and creates no session
    Given Ada has an account
    And the operator has set maintenance.enabled to true
    When Ada logs in
    Then the request is rejected with 503 maintenance
    And the client may retry in 30 seconds
    And the audit log has 1 "user.login_failed" event for Ada
    And the audit log has 0 "user.login" events for Ada
    When the operator sets maintenance.enabled to false
    And Ada logs in
    And Ada lists her sessions
    Then 1 session is listed, one of them the current one

  Scenario: A wrong password is rejected as usual
    Given Ada has an account
    And the operator has set maintenance.enabled to true
    When Nobody logs in with "a wrong password", and Ada with a wrong password
    Then both get the same 401 response
    And both cost the same number of password hashes

  Scenario: A correct password does not count as a failed login
    Given Ada has an account
    And the operator has set maintenance.enabled to true
    When Ada logs in 6 times
    Then all requests are rejected with 503 maintenance
    When the operator sets maintenance.enabled to false
    Then Ada can log in

  Scenario: A refresh token stays valid
    Given Ada is logged in
    And Ada's refresh token is saved
    And the operator has set maintenance.enabled to true
    When Ada refreshes
    Then the request is rejected with 503 maintenance
    When the operator sets maintenance.enabled to false
    And 1 minute passes
    And an anonymous client refreshes with the saved refresh token
    Then the request succeeds

  Scenario: A reused refresh token ends its session as usual
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 1 minute passes
    And the operator sets maintenance.enabled to true
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    And the audit log has 1 "session.refresh_reused" event for Ada
