Feature: Roles of one's own

  Background:
    Given Root is an administrator

  Scenario: What there is at first
    When Root lists the roles
    Then the roles are "admin, support, user"
    When Root lists the permissions
    Then "tokens:introspect" is among the permissions

  Scenario: Made, changed and removed
    When Root makes the role "auditor" that permits "audit:read"
    Then the request succeeds
    And the audit log has a "role.created" event for this request
    When Root lets the role "auditor" permit "audit:read, users:read"
    Then the role permits "audit:read, users:read"
    And the audit log has a "role.updated" event for this request
    When Root removes the role "auditor"
    Then the response is 204 No Content
    And the audit log has a "role.deleted" event for this request
    When Root looks up the role "auditor"
    Then the request is rejected with 404 not_found

  Scenario: A new name shows at once where the role is held
    Given Root has made the role "editor"
    And Ada is logged in
    When Root gives Ada the roles "editor, user"
    And Root renames the role "editor" to "writer"
    And Ada requests the current user
    Then the account holds the roles "user, writer"

  Scenario: A name that is taken
    Given Root has made the role "editor"
    When Root makes the role "editor" that permits "users:read"
    Then the request is rejected with 409 role_exists
    When Root renames the role "editor" to "support"
    Then the request is rejected with 409 role_exists

  Scenario: Ten at once
    When Root makes the role "racer" 10 times at once
    Then exactly 1 request succeeds and the others are rejected with 409 role_exists

  Scenario: Not while somebody holds it
    Given Root has made the role "editor"
    And Ada has an account
    When Root gives Ada the roles "editor"
    And Root removes the role "editor"
    Then the request is rejected with 409 role_in_use

  Scenario Outline: The built-in role <role> stays as it is
    When Root removes the role "<role>"
    Then the request is rejected with 409 builtin_role
    When Root lets the role "<role>" permit "users:read"
    Then the request is rejected with 409 builtin_role

    Examples:
      | role    |
      | user    |
      | support |
      | admin   |

  Scenario: A permission that nobody knows
    When Root makes the role "editor" that permits "users:read, everything"
    Then the request is rejected with 422 validation_failed: invalid at "/permissions/1"

  Scenario: A replay
    When Root makes the role "editor" with the key "once"
    And Root makes the role "editor" with the key "once"
    Then both responses are identical

  Scenario: Nothing of that name
    When Root looks up the role "No%20Such"
    Then the request is rejected with 404 not_found
    When Root removes the role "unheard-of"
    Then the request is rejected with 404 not_found
    When Root renames the role "unheard-of" to "heard-of"
    Then the request is rejected with 404 not_found
