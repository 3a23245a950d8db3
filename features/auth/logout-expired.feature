Feature: Logging out without a valid access token

  A client that was idle for longer than an access token lives can still end its session: by the expired access token, or
  by its refresh token alone.

  Scenario: An expired access token ends its session
    Given Ada is logged in
    When 20 minutes pass
    And Ada logs out
    Then it is done, without a word
    When Ada refreshes
    Then it is refused with 401 invalid_refresh_token
    And the audit trail tells 1 time of "session.ended" for Ada

  Scenario: An expired access token whose session has ended
    Given Ada is logged in
    And Ada logs out
    When 20 minutes pass
    And Ada logs out
    Then it is done, without a word
    And the audit trail tells 1 time of "session.ended" for Ada

  Scenario: An expired access token ends no other session
    Given Ada is logged in
    And Ada's access token is remembered
    When 20 minutes pass
    And Ada is logged in
    And somebody logs out with the remembered access token
    Then it is done, without a word
    When Ada uses her access token
    Then it is Ada's account

  Scenario: The key that signed an expired access token was removed
    Given Root is an administrator
    And Ada is logged in
    And Ada's access token is remembered
    And Root has rotated the signing keys
    And Root removes the signing key of Ada's access token
    When 20 minutes pass
    And somebody logs out with the remembered access token
    Then it is refused with 401 invalid_token

  Scenario Outline: An expired access token <forgery>
    Given Ada is logged in
    When 20 minutes pass
    And somebody logs out with Ada's access token, <forgery>
    Then it is refused with 401 invalid_token
    When Ada refreshes
    Then it succeeds

    Examples:
      | forgery                                       |
      | signed with another key                       |
      | without a signature                           |
      | with the algorithm none                       |
      | with the algorithm None and the old signature |
      | said to be signed with HS256                  |
      | for another person                            |
      | under a key that nobody has                   |

  Scenario: A token for another audience
    Given Ada is logged in
    And the operator has set auth.audience to other-api
    When Ada logs out
    Then it is refused with 401 invalid_token

  Scenario: The refresh token alone
    Given Ada is logged in
    When somebody logs out with Ada's refresh token
    Then it is done, without a word
    And the audit trail tells 1 time of "session.ended" for Ada
    When Ada uses her access token
    Then it is refused with 401 invalid_token
    When Ada refreshes
    Then it is refused with 401 invalid_refresh_token

  Scenario: A refresh token whose session has ended
    Given Ada is logged in
    And Ada logs out
    When somebody logs out with Ada's refresh token
    Then it is refused with 401 invalid_refresh_token

  Scenario: A spent refresh token, within its grace
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    When somebody logs out with the remembered refresh token
    Then it is done, without a word
    When Ada refreshes
    Then it is refused with 401 invalid_refresh_token

  Scenario: A spent refresh token, after its grace
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada refreshes
    And 40 seconds pass
    When somebody logs out with the remembered refresh token
    Then it is refused with 401 invalid_refresh_token
    And the audit trail tells 1 time of "session.refresh_reused" for Ada
    When Ada uses her access token
    Then it is refused with 401 invalid_token

  Scenario: Both tokens, of two sessions
    Given Ada is logged in
    And Ada's refresh token is remembered
    And Ada is logged in
    When Ada logs out and also sends the remembered refresh token
    Then it is done, without a word
    And the audit trail tells 2 times of "session.ended" for Ada
    When the remembered refresh token is used
    Then it is refused with 401 invalid_refresh_token

  Scenario Outline: No session belongs to <text>
    When a client without an access token logs out and sends '{"refresh_token":"<text>"}'
    Then it is refused with 401 invalid_refresh_token

    Examples:
      | text                                        |
      |                                             |
      | abc                                         |
      | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA |

  Scenario Outline: Without a token, the body <body>
    When a client without an access token logs out and sends '<body>'
    Then it is refused with <refusal>

    Examples:
      | body                             | refusal               |
      | {}                               | 401 unauthorized      |
      | {"refresh_token":null}           | 422 validation_failed |
      | {"refresh_token":"a","all":true} | 422 validation_failed |
