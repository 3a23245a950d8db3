Feature: Refresh token reuse

  Within the grace period, reuse means that a response was lost, and the client gets the same new token. Later, the
  token
  may have been stolen, so the session ends (RFC 9700, section 4.14.2).

  Scenario: The response was lost
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 9 seconds pass
    And an anonymous client refreshes with the saved refresh token
    Then both responses contain the same refresh token

  Scenario: Concurrent refreshes of 20 tabs
    Given Ada is logged in
    When Ada refreshes 20 times at once
    Then all responses contain the same refresh token
    When Ada refreshes
    Then the request succeeds

  Scenario: A reused token ends the session
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 40 seconds pass
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    And the audit log has 1 "session.refresh_reused" event for Ada
    And the metric 'rollcall_refresh_token_reuse_total' is 1

  Scenario: No token of the session is valid after reuse
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 40 seconds pass
    And an anonymous client refreshes with the saved refresh token
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Reuse ends only one session
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And Ada logs in
    And 40 seconds pass
    And an anonymous client refreshes with the saved refresh token
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: The grace period starts with the first use
    Given Ada is logged in
    And Ada's refresh token is saved
    And the operator has set auth.refresh.grace to 1m
    When Ada refreshes
    And 40 seconds pass
    And an anonymous client refreshes with the saved refresh token
    And 40 seconds pass
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Without a grace period
    Given the operator has set auth.refresh.grace to 0s
    And Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 1 second passes
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A used token stays used after a restart
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And the service is restarted
    And 40 seconds pass
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A used token still ends the session within 7 days
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 6 days pass
    And the expired rows job runs
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    When Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A used token is unknown after 7 days
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 8 days pass
    And the expired rows job runs
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    When Ada refreshes
    Then the request succeeds
