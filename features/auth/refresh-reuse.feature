Feature: A refresh token that comes twice

  Within the grace a repeat is a client whose answer got lost, and gets the same successor. Later it is a thief, or the
  victim of one, and nobody can tell which: the session ends (RFC 9700, 4.14.2).

  Scenario: The answer got lost
    Given Ada is logged in
    And Ada's refresh token is remembered
    When Ada refreshes
    And 9 seconds pass
    And the remembered refresh token is used
    Then the successor is the same as before

  Scenario: Twenty tabs refresh at the same moment
    Given Ada is logged in
    When Ada refreshes 20 times at once
    Then they have all got the same successor
    And Ada goes on with the successor

  Scenario: A stolen token comes later
    Given Ada is logged in
    And Ada's refresh token is remembered
    When Ada refreshes
    And 40 seconds pass
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token
    And the audit trail tells 1 time of "session.refresh_reused" for Ada
    And the metric 'rollcall_refresh_token_reuse_total' is 1

  Scenario: After a theft nobody has the session
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    And 40 seconds pass
    And the remembered refresh token is used
    When Ada uses her access token
    Then it is refused with 401 invalid_token
    When Ada refreshes
    Then it is refused with 401 invalid_refresh_token

  Scenario: A theft costs one session, not all
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    And Ada is logged in
    When 40 seconds pass
    And the remembered refresh token is used
    And Ada uses her access token
    Then it is Ada's account

  Scenario: The grace runs from the first use
    Given Ada is logged in
    And Ada's refresh token is remembered
    And the operator sets auth.refresh.grace to 1m
    When Ada refreshes
    And 40 seconds pass
    And the remembered refresh token is used
    And 40 seconds pass
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token

  Scenario: Without any grace
    Given the operator sets auth.refresh.grace to 0s
    And Ada is logged in
    And Ada's refresh token is remembered
    When Ada refreshes
    And 1 second passes
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token

  Scenario: Spent stays spent after a restart
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    When the service is restarted
    And 40 seconds pass
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token

  Scenario: Within 7 days of its use, a spent token still ends the session
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    When 6 days pass
    And the service removes expired rows
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token
    When Ada refreshes
    Then it is refused with 401 invalid_refresh_token

  Scenario: After 7 days, a spent token is refused like any unknown token
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    When 8 days pass
    And the service removes expired rows
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token
    When Ada refreshes
    Then it succeeds
