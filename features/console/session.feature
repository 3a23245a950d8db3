Feature: Session of the operator console

  The refresh token is in a cookie that scripts cannot read. A session ends when it is idle.

  Background:
    Given Root is an administrator

  Scenario: Logging in, refreshing and logging out
    When Root logs in to the console
    Then the request succeeds
    And the response has no refresh token in its body
    And the console cookie is HttpOnly, SameSite=Strict, not Secure and limited to /console/session
    When Root refreshes the console session
    Then the request succeeds
    And Root's console token can read the overview
    When Root logs out of the console
    Then the response is 204 No Content
    And the console cookie is removed
    When Root refreshes the console session
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A user without any permission
    Given Ada has an account
    When Ada logs in to the console
    Then the request is rejected with 403 forbidden
    And the audit log has 1 "user.login_failed" event for Ada with the reason "no_permission"
    And the response has no Set-Cookie header

  Scenario: A wrong password
    Given Ada has an account
    When Ada logs in to the console with a wrong password
    Then the request is rejected with 401 invalid_credentials

  Scenario: The cookie is Secure except on localhost
    When Root logs in to the console at https://console.example.org
    Then the console cookie is HttpOnly, SameSite=Strict, Secure and limited to /console/session

  Scenario: The cookie carries the base path
    Given the operator has set server.basePath to "/auth"
    When Root logs in to the console
    Then the console cookie is HttpOnly, SameSite=Strict, not Secure and limited to /auth/console/session

  Scenario Outline: Refreshing from <origin>
    Given the operator has set server.publicUrl to "https://accounts.example.org"
    And Root is logged in to the console
    When a page of "<origin>" refreshes Root's console session
    Then the console session is <result>

    Examples:
      | origin                           | result    |
      | https://accounts.example.org     | refreshed |
      | http://accounts.example.org      | forbidden |
      | https://evil.example.org         | forbidden |
      | null                             | forbidden |
      |                                  | forbidden |

  Scenario: Logging in from a page of another origin
    When a page of "https://evil.example.org" logs Root in to the console
    Then the request is rejected with 403 forbidden

  Scenario: Logging out from a page of another origin
    Given Root is logged in to the console
    When a page of "https://evil.example.org" logs Root out of the console
    Then the request is rejected with 403 forbidden
    When Root refreshes the console session
    Then the request succeeds

  @proves:console.idleTimeout
  Scenario: An idle session ends
    Given Root is logged in to the console
    When 29 minutes pass
    And Root refreshes the console session
    Then the request succeeds
    When the operator sets console.idleTimeout to 5m
    And 4 minutes pass
    And Root refreshes the console session
    Then the request succeeds
    When 6 minutes pass
    Then Root's console token is rejected
    When Root refreshes the console session
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: A shorter idle timeout applies to existing sessions
    Given Root is logged in to the console
    When the operator sets console.idleTimeout to 5m
    And 6 minutes pass
    Then Root's console token is rejected
    When Root refreshes the console session
    Then the request is rejected with 401 invalid_refresh_token

  Scenario: Only the console refreshes a session of the console
    Given Root is logged in to the console
    When the token of Root's console cookie is used at POST /api/v1/auth/refresh
    Then the request is rejected with 401 invalid_refresh_token
    When Root's other refresh token is used as the console cookie
    Then the request is rejected with 401 invalid_refresh_token
    When Root refreshes the console session
    Then the request succeeds

  Scenario: Losing the last permission
    Given Grace is a support agent
    And Grace is logged in to the console
    When Root assigns the roles "user" to Grace
    And Grace refreshes the console session
    Then the request is rejected with 403 forbidden

  Scenario: During maintenance
    Given Root is logged in to the console
    When the operator sets maintenance.enabled to true
    And Root refreshes the console session
    Then the request succeeds
    When Root logs out of the console
    Then the response is 204 No Content

  @proves:console.enabled
  Scenario: The console is disabled
    When Root logs in to the console
    Then the request succeeds
    When the operator sets console.enabled to false
    And Root logs in to the console
    Then the request is rejected with 404 not_found
    When the operator sets console.enabled to true
    And Root logs in to the console
    Then the request succeeds
