Feature: Removing a signing key

  For a compromised key: the key and all tokens that it signed become invalid at once.

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: Its tokens become invalid at once, and the session continues with a new token
    When Ada requests the current user
    And Root rotates the signing keys
    And Root logs in
    And Root removes the signing key of Ada's access token
    Then the response is 204 No Content
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada refreshes
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: The removal takes effect on every instance
    Given a second instance is running
    And the instances exchange changes
    When Ada requests the current user on the second instance
    Then the response shows Ada's account
    When Root rotates the signing keys
    And Root logs in
    And Root removes the signing key of Ada's access token
    And Ada requests the current user on the second instance
    Then the request is rejected with 401 invalid_token

  Scenario: The key is no longer published
    Given Root has rotated the signing keys
    And Root is logged in
    When Root removes the signing key of Ada's access token
    And an anonymous client requests the public keys
    Then 1 public key is published

  Scenario: The active key cannot be removed
    When Root removes the active signing key
    Then the request is rejected with 409 active_key
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario Outline: Unknown key <kid>
    When Root removes the signing key "<kid>"
    Then the request is rejected with 404 not_found

    Examples:
      | kid                                  |
      | 01900000-0000-7000-8000-000000000000 |
      | active                               |
      | %2e%2e                               |
      | 1%20or%201=1                         |

  Scenario: The removal is audited
    Given Root has rotated the signing keys
    And Root is logged in
    When Root removes the signing key of Ada's access token
    And Root requests the audit log with "action=key.removed"
    Then the event shows the removal of the key of Ada's access token, requested by Root
