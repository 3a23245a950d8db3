Feature: Retention of old signing keys

  A key is kept for the access token lifetime times a factor, up to a limit, but never for less than the tokens it has
  signed are valid.

  Background:
    Given Root is an administrator

  Scenario: A key is kept for twice the access token lifetime
    Given Root has rotated the signing keys
    When 29 minutes pass
    And an anonymous client requests the public keys
    Then 2 public keys are published
    When 2 minutes pass
    And an anonymous client requests the public keys
    Then 1 public key is published

  @proves:auth.keys.retentionFactor
  Scenario: Changing the factor takes effect while the service runs
    Given the operator has set auth.keys.retentionFactor to 4
    And Root has rotated the signing keys
    When 59 minutes pass
    And an anonymous client requests the public keys
    Then 2 public keys are published
    When 2 minutes pass
    And an anonymous client requests the public keys
    Then 1 public key is published

  @proves:auth.keys.maxRetention
  Scenario: Changing the limit takes effect while the service runs
    Given the operator has set:
      | auth.keys.retentionFactor | 100 |
      | auth.keys.maxRetention    | 1h  |
    And Root has rotated the signing keys
    When 59 minutes pass
    And an anonymous client requests the public keys
    Then 2 public keys are published
    When 2 minutes pass
    And an anonymous client requests the public keys
    Then 1 public key is published

  Scenario: A token stays valid until it expires after its key was replaced
    Given the operator has set auth.keys.retentionFactor to 1
    And Ada is logged in
    And Root has rotated the signing keys
    When 14 minutes pass
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: Tokens stay valid after the lifetime was reduced
    Given the operator has set auth.access.ttl to 24h
    And Ada is logged in
    And the operator has set:
      | auth.access.ttl        | 15m |
      | auth.keys.maxRetention | 1h  |
    And Root has rotated the signing keys
    When 23 hours pass
    And Ada requests the current user
    Then the response shows Ada's account
    When 2 hours pass
    And an anonymous client requests the public keys
    Then 1 public key is published

  Scenario: Tokens stay valid when the key is replaced later
    Given the operator has set auth.access.ttl to 24h
    And Ada is logged in
    And the operator has set auth.access.ttl to 15m
    When 12 hours pass
    And Root logs in
    And Root rotates the signing keys
    And 11 hours pass
    And Ada requests the current user
    Then the response shows Ada's account

  @proves:auth.keys.cleanupInterval
  Scenario: Expired keys are removed at the configured interval
    Given the operator has set auth.keys.cleanupInterval to 40m
    And Root has rotated the signing keys
    When 35 minutes pass
    And Root logs in
    And Root requests the signing keys
    Then the signing keys are "active ES256, retiring ES256"
    When the operator sets auth.keys.cleanupInterval to 30m
    Then Root soon sees the signing keys "active ES256"

  Scenario: The active key is never removed
    Given the operator has set logging.level to debug
    And the signing key is saved
    When 4000 days pass
    Then the service soon finishes a cleanup
    When Root logs in
    Then Root's access token is signed with the saved key
