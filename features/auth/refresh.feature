Feature: Refreshing tokens

  A refresh token can be exchanged once for new tokens. A session lasts as long as it is refreshed, up to a limit.

  Scenario: A new pair of tokens
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    Then Ada receives new tokens
    And the response header Cache-Control is "no-store"
    When Ada lists her sessions
    Then 1 session is listed, one of them the current one

  Scenario: A session ends at its maximum lifetime
    Given Ada is logged in
    When Ada refreshes every 20 days, 4 times
    And 11 days pass
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A refresh token expires with its session
    Given Ada is logged in
    When Ada refreshes every 20 days, 4 times
    Then the refresh token is valid for about 10 days

  Scenario: An expired refresh token is rejected
    Given Ada is logged in
    When 30 days pass
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A refresh token is valid for 30 days
    Given Ada is logged in
    When 29 days pass
    And Ada refreshes
    Then the request succeeds

  Scenario: On any instance
    Given Ada is logged in
    And a second instance is running
    When Ada refreshes on the second instance
    Then the request succeeds
    When Ada refreshes
    Then the request succeeds

  Scenario: After a restart
    Given Ada is logged in
    When the service is restarted
    And Ada refreshes
    Then the request succeeds

  Scenario Outline: Refreshing is rejected for a <state> account
    Given Ada is logged in
    When <what happens>
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

    Examples:
      | state   | what happens             |
      | blocked | Ada's account is blocked |
      | deleted | Ada's account is deleted |

  Scenario: An access token is not accepted as a refresh token
    Given Ada is logged in
    When an anonymous client refreshes with Ada's access token
    Then the request is rejected with 401 invalid_refresh_token

  @remote
  Scenario Outline: A string that is not a token
    When an anonymous client refreshes with the token "<token>"
    Then the request is rejected with 401 invalid_refresh_token
    And the response header WWW-Authenticate is "Bearer"

    Examples:
      | token                                       |
      |                                             |
      | abc                                         |
      | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA |
      | ' OR 1=1 --                                 |
      | ../../etc/passwd                            |
