Feature: Custom roles

  Background:
    Given Root is an administrator

  Scenario: Built-in roles and permissions
    When Root requests the roles
    Then the listed roles are "admin, support, user"
    When Root requests the permissions
    Then the permission "tokens:introspect" is listed

  Scenario: Creating, changing and deleting a role
    When Root creates the role "auditor" with the permissions "audit:read"
    Then the request succeeds
    And the audit log has 1 "role.created" event for this request
    When Root sets the permissions of the role "auditor" to "audit:read, users:read"
    Then the response has permissions ["audit:read", "users:read"]
    And the audit log has 1 "role.updated" event for this request
    When Root deletes the role "auditor"
    Then the response is 204 No Content
    And the audit log has 1 "role.deleted" event for this request
    When Root requests the role "auditor"
    Then the request is rejected with 404 not_found

  Scenario: Users of a role see its new name at once
    Given Root has created the role "editor"
    And Ada is logged in
    When Root assigns the roles "editor, user" to Ada
    And Root renames the role "editor" to "writer"
    And Ada requests the current user
    Then the response has roles ["user", "writer"]

  Scenario: A name that is already in use
    Given Root has created the role "editor"
    When Root creates the role "editor" with the permissions "users:read"
    Then the request is rejected with 409 role_exists
    When Root renames the role "editor" to "support"
    Then the request is rejected with 409 role_exists

  Scenario: Ten concurrent requests for the same name
    When Root creates the role "racer" with the permissions "" 10 times at once
    Then exactly 1 request succeeds and the others are rejected with 409 role_exists

  Scenario: A role that is assigned to a user cannot be deleted
    Given Root has created the role "editor"
    And Ada has an account
    When Root assigns the roles "editor" to Ada
    And Root deletes the role "editor"
    Then the request is rejected with 409 role_in_use

  Scenario Outline: The built-in role <role> cannot be changed
    When Root deletes the role "<role>"
    Then the request is rejected with 409 builtin_role
    When Root sets the permissions of the role "<role>" to "users:read"
    Then the request is rejected with 409 builtin_role

    Examples:
      | role    |
      | user    |
      | support |
      | admin   |

  Scenario: Unknown permission
    When Root creates the role "editor" with the permissions "users:read, everything"
    Then the request is rejected with 422 validation_failed: invalid at "/permissions/1"

  Scenario: A repeated request with the same idempotency key
    When Root creates the role "editor" with the permissions "users:read" with idempotency key "once"
    And Root creates the role "editor" with the permissions "users:read" with idempotency key "once"
    Then both responses are identical

  Scenario: Unknown role
    When Root requests the role "No%20Such"
    Then the request is rejected with 404 not_found
    When Root deletes the role "unheard-of"
    Then the request is rejected with 404 not_found
    When Root renames the role "unheard-of" to "heard-of"
    Then the request is rejected with 404 not_found
