<?php
// PHP's own SoapClient, written in C: no schema check; objects of texts, dates among them.
// Run: php with_php.php URL WSDL SECONDS
[, $url, $wsdl, $seconds] = $argv;
$client = new SoapClient($wsdl, ['location' => $url, 'keep_alive' => true,
    'cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$question = [
    'informationCustomer' => [
        'ticket' => '3f0c2d1e-0000-4000-8000-000000000001',
        'timestampSent' => '2024-05-06T07:08:09Z',
        'customerIdentification' => ['cbeNumber' => '0000000097'],
    ],
    'legalContext' => 'MOCK:DEMONSTRATION',
    'criteria' => [
        'ssin' => '85023000125',
        'period' => ['beginMonth' => '2010-01', 'endMonth' => '2023-12'],
        'authenticSources' => ['authenticSource' => ['FLANDERS', 'WALLONIA']],
    ],
];
function cpu(): float {
    $used = getrusage();
    return $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']
        + ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']) / 1e6;
}
// What getrusage reports outlives exec: it would be the memory of the benchmark itself.
function peak_mb(): float {
    $told = @file_get_contents('/proc/self/status') ?: '';
    $kilobytes = preg_match('/VmHWM:\s+(\d+) kB/', $told, $found)
        ? (int) $found[1] : getrusage()['ru_maxrss'];
    return $kilobytes / 1024;
}
for ($each = 0; $each < 20; $each++) $client->consultFilesBySsin($question);
$done = 0; $start = cpu(); $wall = microtime(true);
while (cpu() - $start < (float) $seconds) {
    for ($each = 0; $each < 10; $each++) $answer = $client->consultFilesBySsin($question);
    $done += 10;
}
$spent = cpu() - $start; $elapsed = microtime(true) - $wall; $found = 0;
foreach ($answer->results->resultByAuthenticSource as $result)
    foreach ($result->files->file ?? [] as $file)
        foreach ($file->children->child as $child)
            $found += count($child->paymentPeriods->paymentPeriod);
echo json_encode(['cpu_ms' => $spent / $done * 1000, 'per_second' => $done / $elapsed,
    'peak_mb' => peak_mb(), 'periods' => $found,
    'version' => 'PHP ' . PHP_VERSION]);
