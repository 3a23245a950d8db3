Feature: Pages in browsers

  Which pages may read our answers is the operator's choice, from one request to the next.

  @remote
  Scenario: No page of elsewhere to begin with
    When an anonymous client requests a greeting from the origin https://app.example.org
    Then the response has no Access-Control-Allow-Origin header

  @proves:cors.origins
  Scenario: The operator lets a page in, and out again
    When the operator sets cors.origins to [https://app.example.org]
    And an anonymous client requests a greeting from the origin https://app.example.org
    Then CORS allows https://app.example.org to read the response
    When the operator sets cors.origins to []
    And an anonymous client requests a greeting from the origin https://app.example.org
    Then the response has no Access-Control-Allow-Origin header

  Scenario Outline: The page can read the field <name>
    Given the operator has set cors.origins to [https://app.example.org]
    When an anonymous client requests a greeting from the origin https://app.example.org
    Then CORS exposes the header "<name>"

    Examples:
      | name                 |
      | Allow                |
      | Content-Disposition  |
      | ETag                 |
      | Idempotency-Replayed |
      | Link                 |
      | Location             |
      | Retry-After          |

  Scenario: A refusal can be read as well
    Given the operator has set cors.origins to [https://app.example.org]
    When an anonymous client requests the current user from the origin https://app.example.org
    Then the request is rejected with 401 unauthorized
    And CORS allows https://app.example.org to read the response

  Scenario Outline: The page of <origin> is another
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

  Scenario: Any page
    Given the operator has set cors.origins to "*"
    When an anonymous client requests a greeting from the origin https://anything.example
    Then CORS allows https://anything.example to read the response

  Scenario: A page asks first
    Given the operator has set cors.origins to [https://app.example.org]
    When a page from https://app.example.org sends a preflight request for the login
    Then CORS allows https://app.example.org to log in

  Scenario: A page of elsewhere asks first
    Given the operator has set cors.origins to [https://app.example.org]
    When a page from https://evil.example sends a preflight request for the login
    Then the response is 204 No Content
    And it names the methods "OPTIONS, POST"
    And the response has no Access-Control-Allow-Origin header

  @remote
  Scenario Outline: Browsers are told to be careful with <path>
    When somebody asks for the path "<path>"
    Then the response has the security headers

    Examples:
      | path             |
      | /api/health      |
      | /api/v1/users/me |
      | /nowhere         |
