Feature: The public keys

  Others check our tokens with what stands here. A shared secret never does.

  @remote
  Scenario: A shared secret signs
    When somebody asks for the public keys
    Then no key is published

  Scenario Outline: <algorithm> signs
    Given the service was started with ROLLCALL_AUTH_KEYS_ALGORITHM set to "<algorithm>"
    And Ada is logged in
    When somebody asks for the public keys
    Then the published <algorithm> key verifies Ada's access token
    And nothing of the private key is published

    Examples:
      | algorithm |
      | ES256     |
      | RS256     |

  Scenario: A token under a public key is accepted
    Given the service was started with ROLLCALL_AUTH_KEYS_ALGORITHM set to "ES256"
    And Ada is logged in
    When Ada uses her access token
    Then it is Ada's account
    And Ada's access token is of type at+jwt, signed with ES256

  Scenario: A second instance publishes the same key
    Given the service was started with ROLLCALL_AUTH_KEYS_ALGORITHM set to "ES256"
    And Ada is logged in
    And a second instance runs on the same database
    When Ada uses the access token on the second instance
    Then it is Ada's account
