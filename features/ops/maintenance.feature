Feature: Under maintenance

  Health and administration answer as ever, and operators are served everywhere: whoever holds a permission.

  Scenario: Nobody is served, but for health and what refuses them anyway
    Given Ada has an account
    And the operator has set in one go:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When nobody tries every route
    Then only health, administration and the doors of operators answer

  Scenario: A user is not served either
    Given Ada is logged in
    And the operator has set in one go:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When Ada tries every route
    Then only health, administration and the doors of operators answer

  Scenario Outline: <who> is served everywhere
    Given <given>
    And the operator has set in one go:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When Grace tries every route
    Then no route tells of maintenance

    Examples:
      | who                           | given                                                |
      | The support                   | Grace works for the support                          |
      | An administrator              | Grace is an administrator                            |
      | A role with only a permission | Grace is logged in with a role that permits "audit:read" |

  Scenario: A forged token of an operator opens nothing
    Given Root is an administrator
    And Ada has an account
    And the operator has set in one go:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When somebody tries every route with Root's access token, signed with another key
    Then what is kept for operators does not take this token

  Scenario: A role that permits nothing makes no operator
    Given Grace is logged in with a role that permits ""
    And the operator has set maintenance.enabled to true
    When Grace requests the current user
    Then the request is rejected with 503 maintenance

  Scenario: An operator who loses the role is served no longer
    Given Root is an administrator
    And Grace works for the support
    And the operator has set maintenance.enabled to true
    And Grace requests the current user
    And the request succeeds
    When Root gives Grace the role "user"
    And Grace requests the current user
    Then the request is rejected with 503 maintenance

  Scenario: Who is refused is not counted
    Given the operator has set in one go:
      | maintenance.enabled    | true |
      | rateLimit.greet.points | 1    |
      | rateLimit.greet.burst  | 0    |
    And 3 greet requests come from 198.51.100.1
    When the operator sets maintenance.enabled to false
    And 1 greet request comes from 198.51.100.1
    Then the request succeeds

  Scenario: A bad body is not read
    Given the operator has set maintenance.enabled to true
    When a register request that is no JSON comes from 198.51.100.1
    Then the request is rejected with 503 maintenance

  Scenario: A bad token is a bad token, even where none is needed
    Given the operator has set maintenance.enabled to true
    When somebody with the token "rubbish" asks for the path "/api/version"
    Then the request is rejected with 401 invalid_token

  Scenario Outline: <what> stays what it is
    Given the operator has set maintenance.enabled to true
    When somebody sends <method> to <path>
    Then the request is rejected with <problem>

    Examples:
      | what                    | method | path                 | problem                |
      | an unknown path         | GET    | /api/v1/nowhere      | 404 not_found          |
      | a wrong method          | DELETE | /api/v1/greet        | 405 method_not_allowed |
      | a path behind a switch  | POST   | /api/v2/greet        | 404 api_version_disabled |
      | administration          | GET    | /api/v1/admin/users  | 401 unauthorized       |

  Scenario: A request under way ends as it began
    Given the users table is locked
    And Ada's registration with idempotency key "key-1" is in progress
    When the operator sets maintenance.enabled to true
    And the users table is unlocked
    Then the registration in progress succeeds
    When an anonymous client requests a greeting for "Ada"
    Then the request is rejected with 503 maintenance
