Feature: Removing a signing key

  For a key that may be known to others: it ends now, and every token that it signed with it.

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: Its tokens end at once, and the session goes on with a new one
    Given Ada requests the current user
    And Root has rotated the signing keys
    And Root is logged in
    When Root removes the signing key of Ada's access token
    Then the response is 204 No Content
    When Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When Ada refreshes
    And Ada requests the current user
    Then the response shows Ada's account

  Scenario: On every instance
    Given a second instance runs on the same database, and hears of changes
    And Ada requests the current user on the second instance
    And the response shows Ada's account
    And Root has rotated the signing keys
    And Root is logged in
    When Root removes the signing key of Ada's access token
    And Ada requests the current user on the second instance
    Then the request is rejected with 401 invalid_token

  Scenario: It is no longer published
    Given Root has rotated the signing keys
    And Root is logged in
    When Root removes the signing key of Ada's access token
    And somebody asks for the public keys
    Then 1 key is published

  Scenario: The active one stays
    When Root removes the active signing key
    Then the request is rejected with 409 active_key
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario Outline: What is no key
    When Root removes the signing key "<kid>"
    Then the request is rejected with 404 not_found

    Examples:
      | kid                                  |
      | 01900000-0000-7000-8000-000000000000 |
      | active                               |
      | %2e%2e                               |
      | 1%20or%201=1                         |

  Scenario: It is audited
    Given Root has rotated the signing keys
    And Root is logged in
    And Root removes the signing key of Ada's access token
    When Root reads the audit trail with "action=key.removed"
    Then the trail tells of the removal of the key of Ada's access token, on request of Root
