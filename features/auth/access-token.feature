Feature: Access tokens

  Scenario: A valid token
    Given Ada is logged in
    When Ada requests the current user
    Then the response shows Ada's account
    And Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "ES256"
    And Ada's access token has the claim iss "rollcall"
    And Ada's access token has the claim aud "rollcall"

  Scenario: The authentication scheme is case-insensitive
    Given Ada is logged in
    When a client with the Authorization header "bearer <Ada's access token>" requests the current user
    Then the response shows Ada's account

  Scenario: An access token expires after 15 minutes
    Given Ada is logged in
    When 14 minutes pass
    And Ada requests the current user
    Then the response shows Ada's account
    When 1 minute passes
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: Setting the clock back does not revive an ended session
    Given Ada is logged in
    When Ada logs out
    And the system clock is set back by 1 hour
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: Sessions survive a restart
    Given Ada is logged in
    When the service is restarted
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: Every instance accepts tokens of other instances
    Given a second instance is running
    And Ada is logged in
    When Ada requests the current user on the second instance
    Then the response shows Ada's account

  Scenario: Tokens of an instance that was started later
    Given Ada has an account
    And a second instance is running
    When Ada logs in on the second instance
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario Outline: Tokens of a <state> account are rejected
    Given Ada is logged in
    When Ada requests the current user
    And <what happens>
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token

    Examples:
      | state   | what happens             |
      | blocked | Ada's account is blocked |
      | deleted | Ada's account is deleted |

  @remote
  Scenario: No token
    When an anonymous client requests the current user
    Then the request is rejected with 401 unauthorized
    And the response header WWW-Authenticate is "Bearer"

  Scenario: A token in the query string is ignored
    Given Ada is logged in
    When a client sends Ada's access token in the query string
    Then the request is rejected with 401 unauthorized

  @remote
  Scenario Outline: An invalid Authorization header
    When a client with the Authorization header "<value>" requests the current user
    Then the request is rejected with 401 invalid_token
    And the response header WWW-Authenticate is 'Bearer error="invalid_token"'

    Examples:
      | value                |
      | Basic YWRhOmFkYQ==   |
      | Bearer               |
      | Bearer a b           |
      | Bearer a.b.c         |
      | Digest username=ada  |
      | eyJhbGciOiJub25lIn0. |
