Feature: Authorization of administrative actions

  Scenario Outline: A support agent cannot <action> an administrator
    Given Root is an administrator
    And Grace is a support agent
    When Grace tries to <action> Root
    Then the request is rejected with 403 forbidden

    Examples:
      | action                  |
      | change the profile of   |
      | block                   |
      | issue a reset token for |
      | list the sessions of    |
      | end the sessions of     |

  Scenario: A support agent issues a reset token for a user
    Given Ada has an account
    And Grace is a support agent
    When Grace issues a reset token for Ada
    Then the response contains a token that is valid for 30 minutes

  Scenario: A reset token is invalid once its issuer could no longer issue it
    Given Ada has an account
    And Grace is a support agent
    And Root is an administrator
    When Grace issues a reset token for Ada
    And Root assigns the roles "admin, user" to Ada
    And Ada sets her first password with the token
    Then the request is rejected with 401 invalid_token
    When Root assigns the role "user" to Ada
    And Ada sets her first password with the token
    Then the response is 204 No Content

  Scenario: The issuer of a reset token has been blocked
    Given Ada has an account
    And Grace is a support agent
    And Root is an administrator
    When Grace issues a reset token for Ada
    And Root blocks Grace
    And Ada sets her first password with the token
    Then the request is rejected with 401 invalid_token

  Scenario: An account with roles cannot be created without the permission to assign roles
    Given Grace is a support agent
    And Root is an administrator
    And Root has created the role "helper"
    When Grace creates an account for Ada with roles "helper"
    Then the request is rejected with 403 forbidden
    When Grace creates an account for Ada with roles "support"
    Then the request is rejected with 403 forbidden
    When Grace creates an account for Ada with roles "user"
    Then the request succeeds

  Scenario: A role with more permissions than one's own cannot be assigned
    Given Grace is logged in with the permissions "users:write, roles:write"
    When Grace assigns the role "admin" to Grace
    Then the request is rejected with 403 forbidden
    When Grace creates an account for Ada with roles "support"
    Then the request is rejected with 403 forbidden

  Scenario: A permission that one does not have cannot be added to a role
    Given Grace is logged in with the permissions "roles:read, roles:write"
    When Grace sets the permissions of the role "made-for-grace" to "roles:read, roles:write, users:delete"
    Then the request is rejected with 403 forbidden
    When Grace creates the role "strong" with the permissions "keys:write"
    Then the request is rejected with 403 forbidden
    When Grace creates the role "weak" with the permissions "roles:read"
    Then the request succeeds

  Scenario: Removing a role takes effect on the next request
    Given Root is an administrator
    And Grace is a support agent
    When Root assigns the roles "user" to Grace
    Then the response has roles ["user"]
    And the audit log has 1 "user.roles_changed" event for Grace
    When Grace requests the users with ""
    Then the request is rejected with 403 forbidden
    When Grace requests the current user
    Then the response has roles ["user"]

  Scenario: Unknown role
    Given Root is an administrator
    And Ada has an account
    When Root assigns the roles "user, queen" to Ada
    Then the request is rejected with 422 validation_failed: unknown_role at "/roles/1"
