Feature: Login

  Scenario: A user logs in
    Given Ada has an account
    When Ada logs in
    Then Ada receives tokens
    And the response header Cache-Control is "no-store"

  Scenario: A login updates the time of the last login
    Given Ada has an account
    When Ada logs in
    Then the last login of the account is now

  Scenario Outline: Usernames are case-insensitive
    Given Ada has an account
    When Ada logs in as "<name>"
    Then Ada receives tokens

    Examples:
      | name |
      | ada  |
      | ADA  |
      | aDA  |

  Scenario: A verified email is a login name
    Given Ada has the verified email "Ada@Example.org"
    When Ada logs in as "ada@example.ORG"
    Then Ada receives tokens

  Scenario: An unverified email is not a login name
    Given Ada has the unverified email "ada@example.org"
    When Ada logs in as "ada@example.org"
    Then the request is rejected with 401 invalid_credentials

  Scenario: A temporary block expires
    Given Ada's account is blocked for 1 hour
    When Ada logs in
    Then the request is rejected with 401 invalid_credentials
    When 1 hour passes
    Then Ada can log in

  Scenario: Each login starts a session
    Given Ada is logged in
    And Ada is logged in
    When Ada lists her sessions
    Then 2 sessions are listed, one of them the current one

  Scenario: Logins are audited
    Given Ada is logged in
    When Ada logs in with a wrong password
    Then the request is rejected with 401 invalid_credentials
    And the audit log has 1 "user.login" event for Ada
    And the audit log has 1 "user.login_failed" event for Ada
    And the audit log does not contain a password

  @remote
  Scenario: A failed login is rejected with WWW-Authenticate
    When Nobody logs in with a wrong password
    Then the request is rejected with 401 invalid_credentials
    And the response header WWW-Authenticate is "Bearer"

  Scenario Outline: <field>: <value>
    When an anonymous client logs in with <value> as <field>
    Then the request is rejected with <status> <code>

    Examples:
      | field    | value                          | status | code                |
      | username | null                           | 422    | validation_failed   |
      | username | an object                      | 422    | validation_failed   |
      | username | an array                       | 422    | validation_failed   |
      | username | an empty string                | 422    | validation_failed   |
      | username | a string with NUL              | 422    | validation_failed   |
      | username | a string with a lone surrogate | 422    | validation_failed   |
      | username | 255 characters                 | 422    | validation_failed   |
      | username | a string with HTML             | 401    | invalid_credentials |
      | password | a number                       | 422    | validation_failed   |
      | password | an object                      | 422    | validation_failed   |
      | password | an empty string                | 401    | invalid_credentials |
      | password | a string with NUL              | 401    | invalid_credentials |
      | password | 90,000 characters              | 401    | invalid_credentials |
