Feature: Staying logged in

  A refresh token is good for one pair of new tokens. Its session lives as long as it is refreshed, up to a limit.

  Scenario: A new pair of tokens
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    Then Ada receives new tokens
    And the response header Cache-Control is "no-store"
    When Ada lists her sessions
    Then 1 session is listed, one of them the current one

  Scenario: On and on, until the session has lived long enough
    Given Ada is logged in
    When Ada refreshes every 20 days, 4 times
    And 11 days pass
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: The last refresh token is good for what is left
    Given Ada is logged in
    When Ada refreshes every 20 days, 4 times
    Then the refresh token is valid for about 10 days

  Scenario: Away for too long
    Given Ada is logged in
    When 30 days pass
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Away for long, but not too long
    Given Ada is logged in
    When 29 days pass
    And Ada refreshes
    Then the request succeeds

  Scenario: On any instance
    Given Ada is logged in
    And a second instance runs on the same database
    When Ada refreshes on the second instance
    Then the request succeeds
    When Ada refreshes
    Then the request succeeds

  Scenario: After a restart
    Given Ada is logged in
    When the service is restarted
    And Ada refreshes
    Then the request succeeds

  Scenario Outline: No refreshing for an account that is <state>
    Given Ada is logged in
    When <what happens>
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

    Examples:
      | state   | what happens             |
      | blocked | Ada's account is blocked |
      | deleted | Ada's account is deleted |

  Scenario: An access token is no refresh token
    Given Ada is logged in
    When a client refreshes with Ada's access token
    Then the request is rejected with 401 invalid_refresh_token

  @remote
  Scenario Outline: What is no token at all
    When a client refreshes with the token "<token>"
    Then the request is rejected with 401 invalid_refresh_token
    And the response header WWW-Authenticate is "Bearer"

    Examples:
      | token                                       |
      |                                             |
      | abc                                         |
      | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA |
      | ' OR 1=1 --                                 |
      | ../../etc/passwd                            |
