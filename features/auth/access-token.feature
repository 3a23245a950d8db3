Feature: What an access token opens, and for how long

  Scenario: A good token
    Given Ada is logged in
    When Ada uses her access token
    Then it is Ada's account
    And Ada's access token is of type at+jwt, signed with ES256
    And Ada's access token has the claim iss "rollcall"
    And Ada's access token has the claim aud "rollcall"

  Scenario: The scheme has no case
    Given Ada is logged in
    When somebody writes Ada's authorization in small letters
    Then it is Ada's account

  Scenario: A token is good for a quarter of an hour
    Given Ada is logged in
    When 14 minutes pass
    And Ada uses her access token
    Then it is Ada's account
    When 1 minute passes
    And Ada uses her access token
    Then it is refused with 401 invalid_token

  Scenario: A clock that is set back does not make an ended session live
    Given Ada is logged in
    And Ada logs out
    When the clock of the machine is set back by 1 hour
    And Ada uses her access token
    Then it is refused with 401 invalid_token

  Scenario: A restart logs nobody out
    Given Ada is logged in
    When the service is restarted
    And Ada uses her access token
    Then it is Ada's account

  Scenario: Every instance accepts the tokens of the others
    Given a second instance runs on the same database
    And Ada is logged in
    When Ada uses the access token on the second instance
    Then it is Ada's account

  Scenario: Tokens of a younger instance
    Given Ada has an account
    And a second instance runs on the same database
    And Ada logs in on the second instance
    When Ada uses her access token
    Then it is Ada's account

  Scenario Outline: No way in for an account that is <state>
    Given Ada is logged in
    And Ada uses her access token
    When <what happens>
    And Ada uses her access token
    Then it is refused with 401 invalid_token

    Examples:
      | state   | what happens               |
      | blocked | Ada gets blocked           |
      | deleted | Ada's account gets deleted |

  @remote
  Scenario: No token at all
    When somebody asks for an account without a token
    Then it is refused with 401 unauthorized
    And it asks for a bearer token

  Scenario: A token in the query is no token
    Given Ada is logged in
    When somebody puts Ada's access token into the query
    Then it is refused with 401 unauthorized

  @remote
  Scenario Outline: An authorization of another kind
    When somebody asks for an account with the authorization "<value>"
    Then it is refused with 401 invalid_token
    And it says that the bearer token is invalid

    Examples:
      | value                |
      | Basic YWRhOmFkYQ==   |
      | Bearer               |
      | Bearer a b           |
      | Bearer a.b.c         |
      | Digest username=ada  |
      | eyJhbGciOiJub25lIn0. |
