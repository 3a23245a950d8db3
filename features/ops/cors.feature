Feature: CORS and browser security headers

  The operator configures which origins may read responses. A change applies to the next request.

  @remote
  Scenario: Other origins are not allowed by default
    When an anonymous client requests a greeting from the origin https://app.example.org
    Then the response has no Access-Control-Allow-Origin header

  @proves:cors.origins
  Scenario: Allowing an origin and removing it again
    When the operator sets cors.origins to [https://app.example.org]
    And an anonymous client requests a greeting from the origin https://app.example.org
    Then CORS allows https://app.example.org to read the response
    When the operator sets cors.origins to []
    And an anonymous client requests a greeting from the origin https://app.example.org
    Then the response has no Access-Control-Allow-Origin header

  Scenario Outline: The header <name> is exposed
    Given the operator has set cors.origins to [https://app.example.org]
    When an anonymous client requests a greeting from the origin https://app.example.org
    Then the response header Access-Control-Expose-Headers contains "<name>"

    Examples:
      | name                 |
      | Allow                |
      | Content-Disposition  |
      | ETag                 |
      | Idempotency-Replayed |
      | Link                 |
      | Location             |
      | Retry-After          |

  Scenario: Error responses can be read as well
    Given the operator has set cors.origins to [https://app.example.org]
    When an anonymous client requests the current user from the origin https://app.example.org
    Then the request is rejected with 401 unauthorized
    And CORS allows https://app.example.org to read the response

  Scenario Outline: The origin <origin> is not allowed
    Given the operator has set cors.origins to [https://app.example.org]
    When an anonymous client requests a greeting from the origin <origin>
    Then the response has no Access-Control-Allow-Origin header

    Examples:
      | origin                           |
      | http://app.example.org           |
      | https://app.example.org:8443     |
      | https://app.example.org.evil.org |
      | https://evil.example.org         |
      | null                             |

  Scenario: All origins allowed
    Given the operator has set cors.origins to "*"
    When an anonymous client requests a greeting from the origin https://anything.example
    Then CORS allows https://anything.example to read the response

  Scenario: Preflight request
    Given the operator has set cors.origins to [https://app.example.org]
    When a page from https://app.example.org sends a preflight request for the login
    Then CORS allows https://app.example.org to log in

  Scenario: Preflight request of another origin
    Given the operator has set cors.origins to [https://app.example.org]
    When a page from https://evil.example sends a preflight request for the login
    Then the response is 204 No Content
    And the response header Allow is "OPTIONS, POST"
    And the response has no Access-Control-Allow-Origin header

  @remote
  Scenario Outline: Security headers of <path>
    When an anonymous client sends GET <path>
    Then the response has the security headers

    Examples:
      | path             |
      | /api/health      |
      | /api/v1/users/me |
      | /nowhere         |
