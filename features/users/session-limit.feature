Feature: How many sessions an account may have
  Every login opens a session. Beyond auth.sessions.maxPerAccount, a login ends the oldest one.

  @proves:auth.sessions.maxPerAccount
  Scenario: A login beyond the limit ends the oldest session
    Given Ada is logged in
    And Ada's session is remembered
    And Ada has logged in 3 times
    When the remembered access token is used
    Then it is Ada's account
    When the operator sets auth.sessions.maxPerAccount to 2
    And the remembered access token is used
    Then it is Ada's account
    When Ada logs in
    And the remembered access token is used
    Then it is refused with 401 invalid_token
    When Ada lists the own sessions
    Then there are 2 sessions, one of them the current one
    And the audit trail tells 3 times of "session.ended" for Ada
    And the audit trail gives "session_limit" as the reason of each "session.ended" for Ada

  Scenario: The refresh token of a session beyond the limit is refused
    Given the operator has set auth.sessions.maxPerAccount to 1
    And Ada is logged in
    And Ada's session is remembered
    When Ada logs in
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token

  Scenario: Concurrent logins keep to the limit
    Given the operator has set in one go:
      | auth.sessions.maxPerAccount | 3  |
      | rateLimit.loginPair.points  | 20 |
    And Ada is logged in
    When 8 devices of Ada log in at once
    And Ada lists the own sessions as the newest of them
    Then there are 3 sessions, one of them the current one

  Scenario: Sessions of other accounts do not count
    Given the operator has set auth.sessions.maxPerAccount to 1
    And Grace is logged in
    When Ada is logged in
    And Grace uses her access token
    Then it is Grace's account
