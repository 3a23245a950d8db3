Feature: Nobody acts beyond their own rights

  Scenario Outline: The support cannot <act> an administrator
    Given Root is an administrator
    And Grace works for the support
    When Grace tries to <act> Root
    Then the request is rejected with 403 forbidden

    Examples:
      | act                   |
      | change the profile of |
      | block                 |
      | issue a token for     |
      | see the sessions of   |
      | end the sessions of   |

  Scenario: The support helps a user
    Given Ada has an account
    And Grace works for the support
    When Grace tries to issue a token for Ada
    Then the response contains a token that is valid for 30 minutes

  Scenario: Nobody gives away a role that holds more
    Given Grace is logged in with a role that permits "users:write, roles:write"
    When Grace gives Grace the role "admin"
    Then the request is rejected with 403 forbidden
    When Grace creates an account for Ada with roles "support"
    Then the request is rejected with 403 forbidden

  Scenario: Nobody puts more into a role
    Given Grace is logged in with a role that permits "roles:read, roles:write"
    When Grace lets the role "made-for-grace" permit "roles:read, roles:write, users:delete"
    Then the request is rejected with 403 forbidden
    When Grace makes the role "strong" that permits "keys:write"
    Then the request is rejected with 403 forbidden
    When Grace makes the role "weak" that permits "roles:read"
    Then the request succeeds

  Scenario: A role that is taken away bites at the next request, on every instance
    Given Root is an administrator
    And Grace works for the support
    When Root gives Grace the roles "user"
    Then the account holds the roles "user"
    And the audit log has 1 "user.roles_changed" event for Grace
    When Grace searches accounts with ""
    Then the request is rejected with 403 forbidden
    When Grace requests the current user
    Then the account holds the roles "user"

  Scenario: A role that nobody knows
    Given Root is an administrator
    And Ada has an account
    When Root gives Ada the roles "user, queen"
    Then the request is rejected with 422 validation_failed: unknown_role at "/roles/1"
