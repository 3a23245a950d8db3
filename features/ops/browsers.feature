Feature: Pages in browsers

  Which pages may read our answers is the operator's choice, from one request to the next.

  @remote
  Scenario: No page of elsewhere to begin with
    When a page of https://app.example.org asks for a greeting
    Then the browser keeps the answer from the page

  @proves:cors.origins
  Scenario: The operator lets a page in, and out again
    When the operator sets cors.origins to [https://app.example.org]
    And a page of https://app.example.org asks for a greeting
    Then the browser lets the page of https://app.example.org read the answer
    When the operator sets cors.origins to []
    And a page of https://app.example.org asks for a greeting
    Then the browser keeps the answer from the page

  Scenario Outline: The page can read the field <name>
    Given the operator has set cors.origins to [https://app.example.org]
    When a page of https://app.example.org asks for a greeting
    Then the page can read the field "<name>"

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
    When a page of https://app.example.org asks for an account without a token
    Then the request is rejected with 401 unauthorized
    And the browser lets the page of https://app.example.org read the answer

  Scenario Outline: The page of <origin> is another
    Given the operator has set cors.origins to [https://app.example.org]
    When a page of <origin> asks for a greeting
    Then the browser keeps the answer from the page

    Examples:
      | origin                           |
      | http://app.example.org           |
      | https://app.example.org:8443     |
      | https://app.example.org.evil.org |
      | https://evil.example.org         |
      | null                             |

  Scenario: Any page
    Given the operator has set cors.origins to "*"
    When a page of https://anything.example asks for a greeting
    Then the browser lets the page of https://anything.example read the answer

  Scenario: A page asks first
    Given the operator has set cors.origins to [https://app.example.org]
    When a page of https://app.example.org asks whether it may log somebody in
    Then the page of https://app.example.org may log somebody in

  Scenario: A page of elsewhere asks first
    Given the operator has set cors.origins to [https://app.example.org]
    When a page of https://evil.example asks whether it may log somebody in
    Then the response is 204 No Content
    And it names the methods "OPTIONS, POST"
    And the browser keeps the answer from the page

  @remote
  Scenario Outline: Browsers are told to be careful with <path>
    When somebody asks for the path "<path>"
    Then browsers are told to be careful with it

    Examples:
      | path             |
      | /api/health      |
      | /api/v1/users/me |
      | /nowhere         |
