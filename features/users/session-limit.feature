Feature: Maximum number of sessions
  Every login starts a session. Beyond auth.sessions.maxPerAccount, a login ends the oldest session.

  @proves:auth.sessions.maxPerAccount
  Scenario: A login beyond the limit ends the oldest session
    Given Ada is logged in
    And Ada's session is saved
    When Ada logs in 3 times
    And a client with the saved access token requests the current user
    Then the response shows Ada's account
    When the operator sets auth.sessions.maxPerAccount to 2
    And a client with the saved access token requests the current user
    Then the response shows Ada's account
    When Ada logs in
    And a client with the saved access token requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada lists her sessions
    Then 2 sessions are listed, one of them the current one
    And the audit log has 3 "session.ended" events for Ada
    And the audit log has 3 "session.ended" events for Ada with the reason "session_limit"

  Scenario: The refresh token of a session beyond the limit is rejected
    Given the operator has set auth.sessions.maxPerAccount to 1
    And Ada is logged in
    And Ada's session is saved
    When Ada logs in
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Concurrent logins respect the limit
    Given the operator has set:
      | auth.sessions.maxPerAccount | 3  |
      | rateLimit.loginPair.points  | 20 |
    And Ada is logged in
    When Ada logs in 8 times at once
    And Ada lists her sessions from the newest one
    Then 3 sessions are listed, one of them the current one

  Scenario: Sessions of other accounts do not count
    Given the operator has set auth.sessions.maxPerAccount to 1
    And Grace is logged in
    And Ada has an account
    When Ada logs in
    And Grace requests the current user
    Then the response shows Grace's account
