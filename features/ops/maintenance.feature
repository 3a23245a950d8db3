Feature: Maintenance mode

  Health checks and administration stay available. Operators, that is users with a permission, can use all routes.

  Scenario: Routes without a token
    Given Ada has an account
    And the operator has set:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When an anonymous client calls every route
    Then only health, key, login, refresh, console and administration routes respond

  Scenario: Routes for a user
    Given Ada is logged in
    And the operator has set:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When Ada calls every route
    Then only health, key, login, refresh, console and administration routes respond

  Scenario Outline: All routes for <who>
    Given <given>
    And the operator has set:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When Grace calls every route
    Then no route responds with 503 maintenance

    Examples:
      | who                        | given                                                |
      | a support agent            | Grace is a support agent                             |
      | an administrator           | Grace is an administrator                            |
      | a role with one permission | Grace is logged in with the permissions "audit:read" |

  Scenario: A forged token of an operator is rejected
    Given Root is an administrator
    And Ada has an account
    And the operator has set:
      | maintenance.enabled | true |
      | api.v2Enabled       | true |
    When a client with Root's access token signed with another key calls every route
    Then every route that is reserved for operators rejects the token

  Scenario: A user with a role without permissions is not an operator
    Given Grace is logged in with the permissions ""
    And the operator has set maintenance.enabled to true
    When Grace requests the current user
    Then the request is rejected with 503 maintenance

  Scenario: An operator who loses the role loses access
    Given Root is an administrator
    And Grace is a support agent
    And the operator has set maintenance.enabled to true
    When Grace requests the current user
    Then the request succeeds
    When Root assigns the role "user" to Grace
    And Grace requests the current user
    Then the request is rejected with 503 maintenance

  Scenario: Rejected requests do not count towards rate limits
    Given the operator has set:
      | maintenance.enabled    | true |
      | rateLimit.greet.points | 1    |
      | rateLimit.greet.burst  | 0    |
    When 3 greet requests come from 198.51.100.1
    Then all requests are rejected with 503 maintenance
    When the operator sets maintenance.enabled to false
    And 1 greet request comes from 198.51.100.1
    Then the request succeeds

  Scenario: The body of a rejected request is not validated
    Given the operator has set maintenance.enabled to true
    When 1 register request with a plain text body comes from 198.51.100.1
    Then the request is rejected with 503 maintenance

  Scenario: An invalid token is rejected, even if none is required
    Given the operator has set maintenance.enabled to true
    When a client with the token "rubbish" sends GET /api/version
    Then the request is rejected with 401 invalid_token

  Scenario Outline: Unaffected: <case>
    Given the operator has set maintenance.enabled to true
    When an anonymous client sends <method> <path>
    Then the request is rejected with <problem>

    Examples:
      | case                   | method | path                | problem                  |
      | an unknown path        | GET    | /api/v1/nowhere     | 404 not_found            |
      | a wrong method         | DELETE | /api/v1/greet       | 405 method_not_allowed   |
      | a disabled API version | POST   | /api/v2/greet       | 404 api_version_disabled |
      | administration         | GET    | /api/v1/admin/users | 401 unauthorized         |

  Scenario: A request in progress is completed
    Given the users table is locked
    And Ada's registration with idempotency key "key-1" is in progress
    When the operator sets maintenance.enabled to true
    And the users table is unlocked
    Then the registration in progress succeeds
    When an anonymous client requests a greeting for "Ada"
    Then the request is rejected with 503 maintenance
