Feature: Files of the console

  Scenario: The page allows nothing inline and nothing from elsewhere
    When an anonymous client sends GET /console
    Then the content security policy allows no inline script and no other origin
    And the response header Cache-Control is "no-store"

  Scenario: Scripts are compressed and cached for a year
    When an anonymous client sends GET /console
    And a client that accepts "br, gzip" requests the script of the page
    Then the response header Content-Encoding is "br"
    And the response header Cache-Control is "public, max-age=31536000, immutable"

  Scenario: A script that has not changed
    When an anonymous client sends GET /console
    And a client that accepts "br" requests the script of the page
    And the client requests the script again with its ETag
    Then the response is 304 Not Modified

  Scenario: The first load is small
    When an anonymous client sends GET /console
    Then the scripts of the first load are at most 250 kB with gzip

  Scenario Outline: <path> does not exist
    When an anonymous client sends GET <path>
    Then the request is rejected with 404 not_found

    Examples:
      | path                            |
      | /console/assets/nothing.js      |
      | /console/assets/..%2Findex.html |
      | /console/a/b/c                  |

  Scenario: The console is disabled
    Given the operator has set console.enabled to false
    When an anonymous client sends GET /console
    Then the request is rejected with 404 not_found
    When an anonymous client sends GET /console/users
    Then the request is rejected with 404 not_found
