Feature: Matching of paths and methods

  @remote
  Scenario Outline: The path <path> does not exist
    When an anonymous client sends GET <path>
    Then the request is rejected with 404 not_found
    And the response contains no internal details

    Examples:
      | path                     |
      | /                        |
      | /nowhere                 |
      | /API/health              |
      | /api/Health              |
      | /api/health/             |
      | //api/health             |
      | /api//health             |
      | /api/%68ealth            |
      | /api/./health            |
      | /api/v1/../health        |
      | /api/health;a=b          |
      | /api/v3/greet            |
      | /api/v1/users            |
      | /api/v1/users/ME         |
      | /api/v1/users/me/        |
      | /api/v1/auth/%6cogin     |
      | /api/v1/auth/login/      |
      | /api/v1/admin/nowhere    |
      | /metrics                 |
      | /.env                    |
      | /__proto__               |
      | /%00                     |
      | /%2e%2e/%2e%2e/etc/hosts |

  @remote
  Scenario Outline: <path> does not allow <method>
    When an anonymous client sends <method> <path>
    Then the request is rejected with 405 method_not_allowed
    And the response header Allow is "<allowed>"

    Examples:
      | method  | path                          | allowed          |
      | DELETE  | /api/health                   | GET, HEAD, OPTIONS |
      | POST    | /api/version                  | GET, HEAD, OPTIONS |
      | GET     | /api/v1/auth/login            | OPTIONS, POST    |
      | PUT     | /api/v1/auth/register         | OPTIONS, POST    |
      | TRACE   | /api/v1/auth/refresh          | OPTIONS, POST    |
      | POST    | /api/v1/users/me              | DELETE, GET, HEAD, OPTIONS, PATCH |
      | PUT     | /api/v1/users/me/sessions     | DELETE, GET, HEAD, OPTIONS |
      | GET     | /api/v1/users/me/sessions/abc | DELETE, OPTIONS  |
      | PATCH   | /api/v1/users/me/greetings    | GET, HEAD, OPTIONS |
      | GET     | /api/v2/greet                 | OPTIONS, POST    |
      | POST    | /openapi.json                 | GET, HEAD, OPTIONS |
      | DELETE  | /api/v1/admin/jwt/secrets/rotate | OPTIONS, POST |
      | DELETE  | /api/v1/admin/mails/test      | OPTIONS, POST    |
      | GET     | /console/session              | DELETE, OPTIONS, POST |
      | GET     | /console/session/refresh      | OPTIONS, POST    |

  @remote
  Scenario Outline: OPTIONS returns the methods of <path>
    When an anonymous client sends OPTIONS <path>
    Then the response is 204 No Content
    And the response header Allow is "<allowed>"

    Examples:
      | path               | allowed                           |
      | /api/v1/greet      | GET, HEAD, OPTIONS                |
      | /api/v1/auth/login | OPTIONS, POST                     |
      | /api/v1/users/me   | DELETE, GET, HEAD, OPTIONS, PATCH |

  @remote
  Scenario: OPTIONS of an unknown path
    When an anonymous client sends OPTIONS /nowhere
    Then the request is rejected with 404 not_found

  @remote
  Scenario: A wrong method takes precedence over a missing token
    When an anonymous client sends POST /api/v1/users/me
    Then the request is rejected with 405 method_not_allowed

  @remote
  Scenario Outline: HEAD request for <path>
    When an anonymous client sends HEAD <path>
    Then the response has headers and no body

    Examples:
      | path          |
      | /api/health   |
      | /api/v1/greet |
      | /openapi.json |
