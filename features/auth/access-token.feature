Feature: What an access token opens, and for how long

  Scenario: A good token
    Given Ada is logged in
    When Ada requests the current user
    Then the response shows Ada's account
    And Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "ES256"
    And Ada's access token has the claim iss "rollcall"
    And Ada's access token has the claim aud "rollcall"

  Scenario: The scheme has no case
    Given Ada is logged in
    When a client with the Authorization header "bearer <Ada's access token>" requests the current user
    Then the response shows Ada's account

  Scenario: A token is good for a quarter of an hour
    Given Ada is logged in
    When 14 minutes pass
    And Ada requests the current user
    Then the response shows Ada's account
    When 1 minute passes
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: A clock that is set back does not make an ended session live
    Given Ada is logged in
    And Ada logs out
    When the system clock is set back by 1 hour
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token

  Scenario: A restart logs nobody out
    Given Ada is logged in
    When the service is restarted
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: Every instance accepts the tokens of the others
    Given a second instance runs on the same database
    And Ada is logged in
    When Ada requests the current user on the second instance
    Then the response shows Ada's account

  Scenario: Tokens of a younger instance
    Given Ada has an account
    And a second instance runs on the same database
    And Ada logs in on the second instance
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario Outline: No way in for an account that is <state>
    Given Ada is logged in
    And Ada requests the current user
    When <what happens>
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token

    Examples:
      | state   | what happens             |
      | blocked | Ada's account is blocked |
      | deleted | Ada's account is deleted |

  @remote
  Scenario: No token at all
    When an anonymous client requests the current user
    Then the request is rejected with 401 unauthorized
    And the response header WWW-Authenticate is "Bearer"

  Scenario: A token in the query is no token
    Given Ada is logged in
    When a client sends Ada's access token in the query string
    Then the request is rejected with 401 unauthorized

  @remote
  Scenario Outline: An authorization of another kind
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
