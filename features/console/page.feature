Feature: Page of the operator console

  Scenario Outline: GET <path>
    When an anonymous client sends GET <path>
    Then the response is 200 OK
    And the response header Content-Type is "text/html; charset=utf-8"
    And the response header Cache-Control is "no-store"

    Examples:
      | path                                                       |
      | /console                                                   |
      | /console/                                                  |
      | /console/?from=mail                                        |
      | /console/users/                                            |
      | /console/users/?q=ada                                      |
      | /console/users/00000000-0000-7000-8000-000000000000/       |
      | /console/users?q=ada                                       |
      | /console/users/00000000-0000-7000-8000-000000000000?tab=audit |

  Scenario: Behind a proxy that removes the base path
    Given the operator has set server.basePath to /accounts
    When an anonymous client sends GET /console/users
    Then the response is 200 OK
    And the page has the base URL /accounts/console/
    When an anonymous client sends GET /accounts/console/
    Then the response is 200 OK
    When an anonymous client sends GET /accounts/console/users/
    Then the response is 200 OK
    And the page has the base URL /accounts/console/

  Scenario: The page allows no inline script, and no other page may embed it
    When an anonymous client sends GET /console
    Then the response header Content-Security-Policy contains "default-src 'self'"
    And the response header Content-Security-Policy contains "script-src 'self'"
    And the response header Content-Security-Policy contains "frame-ancestors 'none'"
    And the page has a nonce for style sheets

  Scenario Outline: <path> does not exist
    When an anonymous client sends GET <path>
    Then the request is rejected with 404 not_found

    Examples:
      | path                        |
      | /console/assets/nothing.js  |
      | /console/assets/nothing.js/ |
      | /console/users/ada/audit/   |
      | /console/users//            |
      | /console//                  |

  Scenario Outline: <method> <path> while the console is disabled
    When the operator sets console.enabled to false
    And an anonymous client sends <method> <path>
    Then the request is rejected with 404 not_found

    Examples:
      | method | path                     |
      | GET    | /console                 |
      | GET    | /console/users           |
      | GET    | /console/users/00000000-0000-7000-8000-000000000000 |
      | GET    | /console/assets/index.js |
      | POST   | /console/session         |
      | POST   | /console/session/refresh |
      | DELETE | /console/session         |
      | PUT    | /console/session         |
      | POST   | /console                 |

  Scenario: The address with a slash while the console is disabled
    When the operator sets console.enabled to false
    And an anonymous client sends GET /console/
    Then the response is 404 Not Found
    And the response has code "not_found"
