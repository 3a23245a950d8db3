Feature: Another signing algorithm, without a restart

  A change of auth.keys.algorithm makes a new key in two stages: published first, then it signs. Nobody is logged out.

  @proves:auth.keys.algorithm
  Scenario Outline: From a shared secret to <algorithm>
    Given the operator has set auth.keys.algorithm to HS256
    And soon HS256 signs
    And Ada is logged in
    When the operator sets auth.keys.algorithm to <algorithm>
    Then soon <algorithm> signs
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    And somebody asks for the public keys
    Then the published <algorithm> key verifies Ada's access token
    And nothing of the private key is published

    Examples:
      | algorithm |
      | ES256     |
      | RS256     |

  Scenario: To a shared secret, the public key is published until its retention ends
    Given Ada is logged in
    When the operator sets auth.keys.algorithm to HS256
    Then soon HS256 signs
    When Ada requests the current user
    Then the response shows Ada's account
    When somebody asks for the public keys
    Then 1 key is published
    When 31 minutes pass
    And somebody asks for the public keys
    Then no key is published

  Scenario: An installation that signed with HS256 is upgraded to the default ES256
    Given the operator has set auth.keys.algorithm to HS256
    And soon HS256 signs
    And Ada is logged in
    And Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "HS256"
    When the service is restarted after the settings were changed to:
      """
      {}
      """
    Then soon ES256 signs
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada refreshes
    Then Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "ES256"

  Scenario: No request fails while it changes
    Given Ada is logged in
    When Ada looks at the own account while the operator sets in one go:
      | auth.keys.algorithm | RS256 |
    Then no request fails with a server error
    And soon RS256 signs
    And every answer was Ada's account

  Scenario: What was asked for by hand is not undone by a restart
    Given Root is an administrator
    And Root has rotated the signing keys to RS256
    When the service is restarted
    And the signing keys are what the configuration asks for
    And Root looks at the signing keys
    Then the signing keys are "active RS256, retiring ES256"

  Scenario: By hand, without an algorithm, it is that of the configuration again
    Given Root is an administrator
    And Root has rotated the signing keys to RS256
    When Root rotates the signing keys
    Then the new signing key is active ES256

  Scenario: What was changed while the service was down is done at the start
    Given Ada is logged in
    When the service is restarted after the settings were changed to:
      """
      auth: {keys: {algorithm: RS256}}
      """
    Then soon RS256 signs
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: It is audited as a change of the configuration
    Given Root is an administrator
    And the operator sets auth.keys.algorithm to RS256
    And soon RS256 signs
    When Root reads the audit trail with "action=key.rotated"
    Then the trail tells of the rotation from the old key to the new one, because of the configuration

  Scenario: An algorithm that we do not sign with
    Given Ada has an account
    When the operator writes the settings, which are refused:
      """
      auth: {keys: {algorithm: none}}
      """
    And Ada logs in
    Then Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "ES256"
