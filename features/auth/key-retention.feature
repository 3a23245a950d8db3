Feature: How long an old signing key verifies

  Access lifetime × factor, capped, and never so short that a token is refused before it expires.

  Background:
    Given Root is an administrator

  Scenario: Twice the lifetime of an access token
    Given Root has rotated the signing keys
    When 29 minutes pass
    And somebody asks for the public keys
    Then 2 keys are published
    When 2 minutes pass
    And somebody asks for the public keys
    Then 1 key is published

  @proves:auth.keys.retentionFactor
  Scenario: The factor is live
    Given the operator has set auth.keys.retentionFactor to 4
    And Root has rotated the signing keys
    When 59 minutes pass
    And somebody asks for the public keys
    Then 2 keys are published
    When 2 minutes pass
    And somebody asks for the public keys
    Then 1 key is published

  @proves:auth.keys.maxRetention
  Scenario: The cap is live
    Given the operator has set in one go:
      | auth.keys.retentionFactor | 100 |
      | auth.keys.maxRetention    | 1h  |
    And Root has rotated the signing keys
    When 59 minutes pass
    And somebody asks for the public keys
    Then 2 keys are published
    When 2 minutes pass
    And somebody asks for the public keys
    Then 1 key is published

  Scenario: A token is accepted to its end, though its key was replaced at once
    Given the operator has set auth.keys.retentionFactor to 1
    And Ada is logged in
    And Root has rotated the signing keys
    When 14 minutes pass
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: Tokens of a lifetime that was lowered are accepted to their end
    Given the operator has set auth.access.ttl to 24h
    And Ada is logged in
    And the operator has set in one go:
      | auth.access.ttl        | 15m |
      | auth.keys.maxRetention | 1h  |
    And Root has rotated the signing keys
    When 23 hours pass
    And Ada requests the current user
    Then the response shows Ada's account
    When 2 hours pass
    And somebody asks for the public keys
    Then 1 key is published

  Scenario: So they are when the key is replaced later
    Given the operator has set auth.access.ttl to 24h
    And Ada is logged in
    And the operator has set auth.access.ttl to 15m
    When 12 hours pass
    And Root logs in
    And Root has rotated the signing keys
    And 11 hours pass
    And Ada requests the current user
    Then the response shows Ada's account

  @proves:auth.keys.cleanupInterval
  Scenario: The service tidies away what is past its time, as often as the operator wants
    Given the operator has set auth.keys.cleanupInterval to 40m
    And Root has rotated the signing keys
    When 35 minutes pass
    And Root logs in
    And Root looks at the signing keys
    Then the signing keys are "active ES256, retiring ES256"
    When the operator sets auth.keys.cleanupInterval to 30m
    Then soon Root finds the signing keys "active ES256"

  Scenario: The active key stays, however old it is
    Given the operator has set logging.level to debug
    And the signing key is remembered
    When 4000 days pass
    Then the service soon tells that it has tidied up
    When Root logs in
    Then Root's access token is signed with the remembered key
