Feature: Logout

  Once the response is sent, no instance accepts the tokens of the session.

  Scenario: Logout invalidates the access token
    Given Ada is logged in
    When Ada logs out
    Then the response is 204 No Content
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    And the response header WWW-Authenticate is 'Bearer error="invalid_token"'

  Scenario: Logout invalidates the refresh token
    Given Ada is logged in
    When Ada logs out
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Logout invalidates a token that another instance has just accepted
    Given Ada is logged in
    And a second instance is running
    When Ada requests the current user on the second instance
    And Ada logs out
    And Ada requests the current user on the second instance
    Then the request is rejected with 401 invalid_token

  Scenario: Logging out on another instance
    Given Ada is logged in
    And a second instance is running
    When Ada requests the current user
    And Ada logs out on the second instance
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: Logout invalidates a used refresh token within its grace period
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And Ada logs out
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Other sessions stay active
    Given Ada is logged in
    And Ada's access token is saved
    And Ada is logged in
    When Ada logs out
    And a client with the saved access token requests the current user
    Then the response shows Ada's account

  Scenario: Logging out twice
    Given Ada is logged in
    When Ada logs out
    And Ada logs out
    Then the request is rejected with 401 invalid_token

  @race
  Scenario: Concurrent logouts are audited once
    Given Ada is logged in
    When Ada logs out 10 times at once
    Then the audit log has 1 "session.ended" event for Ada

  Scenario Outline: Logging out with the body <body>
    Given Ada is logged in
    When Ada logs out with the body '<body>'
    Then <outcome>

    Examples:
      | body         | outcome                                             |
      | {}           | the response is 204 No Content                      |
      | {"all":true} | the request is rejected with 422 validation_failed |
      | []           | the request is rejected with 422 validation_failed |
      | {            | the request is rejected with 400 malformed_json    |

  @remote
  Scenario: An anonymous client is rejected
    When an anonymous client logs out
    Then the request is rejected with 401 unauthorized
    And the response header WWW-Authenticate is "Bearer"
