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
    Then it succeeds
    And the audit trail tells of "role.created" with the id of that request
    When Root lets the role "auditor" permit "audit:read, users:read"
    Then the role permits "audit:read, users:read"
    And the audit trail tells of "role.updated" with the id of that request
    When Root removes the role "auditor"
    Then it is done, without a word
    And the audit trail tells of "role.deleted" with the id of that request
    When Root looks up the role "auditor"
    Then it is refused with 404 not_found

  Scenario: A new name shows at once where the role is held
    Given Root has made the role "editor"
    And Ada is logged in
    When Root gives Ada the roles "editor, user"
    And Root renames the role "editor" to "writer"
    And Ada looks at the own account
    Then the account holds the roles "user, writer"

  Scenario: A name that is taken
    Given Root has made the role "editor"
    When Root makes the role "editor" that permits "users:read"
    Then it is refused with 409 role_exists
    When Root renames the role "editor" to "support"
    Then it is refused with 409 role_exists

  Scenario: Ten at once
    When Root makes the role "racer" 10 times at once
    Then exactly 1 of them succeeds
    And the others are refused with 409 role_exists

  Scenario: Not while somebody holds it
    Given Root has made the role "editor"
    And Ada has an account
    When Root gives Ada the roles "editor"
    And Root removes the role "editor"
    Then it is refused with 409 role_in_use

  Scenario Outline: The built-in role <role> stays as it is
    When Root removes the role "<role>"
    Then it is refused with 409 builtin_role
    When Root lets the role "<role>" permit "users:read"
    Then it is refused with 409 builtin_role

    Examples:
      | role    |
      | user    |
      | support |
      | admin   |

  Scenario: A permission that nobody knows
    When Root makes the role "editor" that permits "users:read, everything"
    Then it is refused with 422 validation_failed at "/permissions/1" as invalid

  Scenario: A replay
    When Root makes the role "editor" with the key "once"
    And Root makes the role "editor" with the key "once"
    Then the same answer comes as before

  Scenario: Nothing of that name
    When Root looks up the role "No%20Such"
    Then it is refused with 404 not_found
    When Root removes the role "unheard-of"
    Then it is refused with 404 not_found
    When Root renames the role "unheard-of" to "heard-of"
    Then it is refused with 404 not_found
