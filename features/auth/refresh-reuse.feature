Feature: A refresh token that comes twice

  Within the grace a repeat is a client whose answer got lost, and gets the same successor. Later it is a thief, or the
  victim of one, and nobody can tell which: the session ends (RFC 9700, 4.14.2).

  Scenario: The answer got lost
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 9 seconds pass
    And a client refreshes with the saved refresh token
    Then both responses contain the same refresh token

  Scenario: Twenty tabs refresh at the same moment
    Given Ada is logged in
    When Ada refreshes 20 times at once
    Then all responses contain the same refresh token
    When Ada refreshes
    Then the request succeeds

  Scenario: A stolen token comes later
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 40 seconds pass
    And a client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    And the audit log has 1 "session.refresh_reused" event for Ada
    And the metric 'rollcall_refresh_token_reuse_total' is 1

  Scenario: After a theft nobody has the session
    Given Ada is logged in
    And Ada's refresh token is saved
    And Ada refreshes
    And 40 seconds pass
    And a client refreshes with the saved refresh token
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A theft costs one session, not all
    Given Ada is logged in
    And Ada's refresh token is saved
    And Ada refreshes
    And Ada is logged in
    When 40 seconds pass
    And a client refreshes with the saved refresh token
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: The grace runs from the first use
    Given Ada is logged in
    And Ada's refresh token is saved
    And the operator sets auth.refresh.grace to 1m
    When Ada refreshes
    And 40 seconds pass
    And a client refreshes with the saved refresh token
    And 40 seconds pass
    And a client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Without any grace
    Given the operator sets auth.refresh.grace to 0s
    And Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 1 second passes
    And a client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Spent stays spent after a restart
    Given Ada is logged in
    And Ada's refresh token is saved
    And Ada refreshes
    When the service is restarted
    And 40 seconds pass
    And a client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Within 7 days of its use, a spent token still ends the session
    Given Ada is logged in
    And Ada's refresh token is saved
    And Ada refreshes
    When 6 days pass
    And the expired rows job runs
    And a client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    When Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: After 7 days, a spent token is refused like any unknown token
    Given Ada is logged in
    And Ada's refresh token is saved
    And Ada refreshes
    When 8 days pass
    And the expired rows job runs
    And a client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    When Ada refreshes
    Then the request succeeds
