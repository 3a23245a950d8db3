Feature: Configuring the signing algorithm

  A change of auth.keys.algorithm creates a new key, which is published before it signs. Sessions continue.

  @proves:auth.keys.algorithm
  Scenario Outline: From a shared secret to <algorithm>
    Given Ada has an account
    When the operator sets auth.keys.algorithm to HS256
    Then the service soon signs with HS256
    When Ada logs in
    And the operator sets auth.keys.algorithm to <algorithm>
    Then the service soon signs with <algorithm>
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada logs in
    And an anonymous client requests the public keys
    Then the published <algorithm> key verifies Ada's access token
    And the public keys contain no private parts

    Examples:
      | algorithm |
      | ES256     |
      | RS256     |

  Scenario: To a shared secret, the public key is published until its retention ends
    Given Ada is logged in
    When the operator sets auth.keys.algorithm to HS256
    Then the service soon signs with HS256
    When Ada requests the current user
    Then the response shows Ada's account
    When an anonymous client requests the public keys
    Then 1 public key is published
    When 31 minutes pass
    And an anonymous client requests the public keys
    Then 0 public keys are published

  Scenario: An installation that signed with HS256 is upgraded to the default ES256
    Given Ada has an account
    When the operator sets auth.keys.algorithm to HS256
    Then the service soon signs with HS256
    When Ada logs in
    Then Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "HS256"
    When the service is restarted with the settings:
      """
      {}
      """
    Then the service soon signs with ES256
    When Ada requests the current user
    Then the response shows Ada's account
    When Ada refreshes
    Then Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "ES256"

  Scenario: No request fails during the change
    Given Ada is logged in
    When Ada requests the current user while the operator sets:
      | auth.keys.algorithm | RS256 |
    Then no request fails with a server error
    And the service soon signs with RS256
    And every response for the current user is 200

  Scenario: A restart keeps the key of a manual rotation
    Given Root is an administrator
    And Root has rotated the signing keys to RS256
    When the service is restarted
    Then the metric 'rollcall_signing_key_change_pending' is soon 0
    When Root requests the signing keys
    Then the signing keys are "active RS256, retiring ES256"

  Scenario: A manual rotation without an algorithm uses the configured one
    Given Root is an administrator
    And Root has rotated the signing keys to RS256
    When Root rotates the signing keys
    Then the response is the new active ES256 key

  Scenario: A change during downtime is applied at startup
    Given Ada is logged in
    When the service is restarted with the settings:
      """
      auth: {keys: {algorithm: RS256}}
      """
    Then the service soon signs with RS256
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: The rotation is audited as a configuration change
    Given Root is an administrator
    And the operator has set auth.keys.algorithm to RS256
    Then the service soon signs with RS256
    When Root requests the audit log with "action=key.rotated"
    Then the event shows the rotation from the old key to the new one, caused by the configuration

  Scenario: An unsupported algorithm
    Given Ada has an account
    When the operator writes an invalid local.yaml:
      """
      auth: {keys: {algorithm: none}}
      """
    And Ada logs in
    Then Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "ES256"
