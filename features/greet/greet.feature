Feature: Greetings

  @remote
  Scenario: A greeting without a name
    When an anonymous client requests a greeting
    Then the greeting is "Hello world!"

  @remote
  Scenario Outline: <name> by query and by path
    When an anonymous client requests a greeting for "<name>"
    Then the greeting is "Hello <name>!"
    When an anonymous client requests a greeting for "<name>" by path
    Then the greeting is "Hello <name>!"

    Examples:
      | name                  |
      | Ada                   |
      | Ada Lovelace          |
      | Ада 🦋                |
      | a/b?c=d&e#f%20        |
      | <script>              |
      | __proto__             |

  Scenario: A user is greeted by username
    Given Ada is logged in
    When Ada requests a greeting
    Then the greeting is "Hello ada!"

  Scenario: A user requests another name
    Given Ada is logged in
    When Ada requests a greeting for "Grace"
    Then the greeting is "Hello Grace!"

  @remote
  Scenario: An invalid token
    When a client with the token "a.b.c" requests a greeting
    Then the request is rejected with 401 invalid_token
    And the response header WWW-Authenticate is 'Bearer error="invalid_token"'

  Scenario: The token of an ended session
    Given Ada is logged in
    And Ada's access token is saved
    When Ada logs out
    And a client with the saved access token requests a greeting
    Then the request is rejected with 401 invalid_token

  @remote
  Scenario Outline: The query <query> is rejected
    When an anonymous client requests a greeting with the query "<query>"
    Then the request is rejected with <status> <code>

    Examples:
      | query                 | status | code              |
      | name=                 | 422    | validation_failed |
      | name=a&name=b         | 422    | validation_failed |
      | name[]=a              | 422    | validation_failed |
      | name=%00              | 422    | validation_failed |
      | name=a%0Ab            | 422    | validation_failed |
      | name=%C2%85           | 422    | validation_failed |
      | nam=Ada               | 422    | validation_failed |
      | name=Ada&__proto__=1  | 422    | validation_failed |
      | name=%ED%A0%80        | 400    | bad_request       |
      | name=%FF              | 400    | bad_request       |
      | name=%                | 400    | bad_request       |
      | name=%zz              | 400    | bad_request       |

  @remote
  Scenario Outline: The path <path> is rejected
    When an anonymous client requests a greeting with the path "<path>"
    Then the request is rejected with <status> <code>

    Examples:
      | path      | status | code              |
      | %00       | 422    | validation_failed |
      | a%7Fb     | 422    | validation_failed |
      | %C0%80    | 400    | bad_request       |
      | %E0%A4%A  | 400    | bad_request       |
      | Ada/      | 404    | not_found         |
      | Ada/Grace | 404    | not_found         |

  @remote
  Scenario: Too many query parameters
    When an anonymous client requests a greeting with 2000 parameters
    Then the request is rejected with 422 validation_failed
