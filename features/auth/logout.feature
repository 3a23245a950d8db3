Feature: Logging out

  From the answer on, nothing of the session is accepted anywhere.

  Scenario: The access token ends with the session
    Given Ada is logged in
    When Ada logs out
    Then it is done, without a word
    When Ada uses her access token
    Then it is refused with 401 invalid_token
    And it says that the bearer token is invalid

  Scenario: The refresh token ends with the session
    Given Ada is logged in
    When Ada logs out
    And Ada refreshes
    Then it is refused with 401 invalid_refresh_token

  Scenario: A token that an instance has just accepted
    Given Ada is logged in
    And a second instance runs on the same database
    And Ada uses the access token on the second instance
    When Ada logs out
    And Ada uses the access token on the second instance
    Then it is refused with 401 invalid_token

  Scenario: Logging out elsewhere
    Given Ada is logged in
    And a second instance runs on the same database
    And Ada uses her access token
    When Ada logs out on the second instance
    And Ada uses her access token
    Then it is refused with 401 invalid_token

  Scenario: The pair before the last, within its grace
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    When Ada logs out
    And the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token

  Scenario: Other sessions go on
    Given Ada is logged in
    And Ada's access token is remembered
    And Ada is logged in
    When Ada logs out
    And the remembered access token is used
    Then it is Ada's account

  Scenario: Twice
    Given Ada is logged in
    When Ada logs out
    And Ada logs out
    Then it is refused with 401 invalid_token

  Scenario: Logging out is audited once, however often it is asked for
    Given Ada is logged in
    When Ada logs out 10 times at once
    Then the audit trail tells 1 time of "session.ended" for Ada

  Scenario Outline: A body is <verdict>
    Given Ada is logged in
    When Ada logs out and sends '<body>'
    Then it <outcome>

    Examples:
      | verdict            | body            | outcome                                |
      | not needed, but    | {}              | is done, without a word                |
      | not to say much    | {"all":true}    | is refused with 422 validation_failed  |
      | not to be a list   | []              | is refused with 422 validation_failed  |
      | not to be half     | {               | is refused with 400 malformed_json     |

  @remote
  Scenario: Somebody who is not logged in
    When somebody logs out without a token
    Then it is refused with 401 unauthorized
    And it asks for a bearer token
