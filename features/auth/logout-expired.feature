Feature: Logout without a valid access token

  A client whose access token has expired can still end its session: with the expired access token, or with
  its refresh token alone.

  Scenario: An expired access token ends its session
    Given Ada is logged in
    When 20 minutes pass
    And Ada logs out
    Then the response is 204 No Content
    When Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token
    And the audit log has 1 "session.ended" event for Ada

  Scenario: An expired access token whose session has ended
    Given Ada is logged in
    When Ada logs out
    And 20 minutes pass
    And Ada logs out
    Then the response is 204 No Content
    And the audit log has 1 "session.ended" event for Ada

  Scenario: An expired access token ends no other session
    Given Ada is logged in
    And Ada's access token is saved
    When 20 minutes pass
    And Ada logs in
    And a client with the saved access token logs out
    Then the response is 204 No Content
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: The key that signed an expired access token was removed
    Given Root is an administrator
    And Ada is logged in
    And Ada's access token is saved
    And Root has rotated the signing keys
    When Root removes the signing key of Ada's access token
    And 20 minutes pass
    And a client with the saved access token logs out
    Then the request is rejected with 401 invalid_token

  Scenario Outline: An expired access token <forgery>
    Given Ada is logged in
    When 20 minutes pass
    And a client with Ada's access token <forgery> logs out
    Then the request is rejected with 401 invalid_token
    When Ada refreshes
    Then the request succeeds

    Examples:
      | forgery                                            |
      | signed with another key                            |
      | without a signature                                |
      | with the algorithm none                            |
      | with the algorithm None and the original signature |
      | with the algorithm HS256                           |
      | with another subject                               |
      | with an unknown key ID                             |

  Scenario: A token for another audience
    Given Ada is logged in
    And the operator has set auth.audience to other-api
    When Ada logs out
    Then the request is rejected with 401 invalid_token

  Scenario: The refresh token alone
    Given Ada is logged in
    When an anonymous client logs out with Ada's refresh token
    Then the response is 204 No Content
    And the audit log has 1 "session.ended" event for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A refresh token whose session has ended
    Given Ada is logged in
    When Ada logs out
    And an anonymous client logs out with Ada's refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A used refresh token within its grace period
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And an anonymous client logs out with the saved refresh token
    Then the response is 204 No Content
    When Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A used refresh token after its grace period
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 40 seconds pass
    And an anonymous client logs out with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token
    And the audit log has 1 "session.refresh_reused" event for Ada
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: An access token and a refresh token of two sessions
    Given Ada is logged in
    And Ada's refresh token is saved
    And Ada is logged in
    When Ada logs out with the saved refresh token
    Then the response is 204 No Content
    And the audit log has 2 "session.ended" events for Ada
    When an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  Scenario Outline: An unknown refresh token: <text>
    When an anonymous client logs out with the body '{"refresh_token":"<text>"}'
    Then the request is rejected with 401 invalid_refresh_token

    Examples:
      | text                                        |
      |                                             |
      | abc                                         |
      | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA |

  Scenario Outline: Without a token, the body <body>
    When an anonymous client logs out with the body '<body>'
    Then the request is rejected with <problem>

    Examples:
      | body                             | problem               |
      | {}                               | 401 unauthorized      |
      | {"refresh_token":null}           | 422 validation_failed |
      | {"refresh_token":"a","all":true} | 422 validation_failed |
